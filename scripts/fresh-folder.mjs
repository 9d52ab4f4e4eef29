import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './root.mjs';

/** An empty folder to make something in, before it takes the place of the old one. */
export async function freshFolder(name) {
  await mkdir(cacheFolder, { recursive: true });
  return mkdtemp(join(cacheFolder, `fresh-${name}-`));
}

/** Removes what interrupted runs left. To be called by the holder of the lock for this name only. */
export async function clearFreshFolders(name) {
  const left = (await readdir(cacheFolder).catch(() => [])).filter((entry) => entry.startsWith(`fresh-${name}-`));
  await Promise.all(left.map((entry) => rm(join(cacheFolder, entry), { recursive: true, force: true })));
}

/** Puts `fresh` where `target` is. Ended at any instant, it leaves the old, the new or none, never a mixture. */
export async function swapIn(fresh, target) {
  const old = `${fresh}-replaced`;
  await rename(target, old).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(fresh, target);
  await rm(old, { recursive: true, force: true });
}
