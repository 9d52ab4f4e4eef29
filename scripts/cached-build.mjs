import { createHash } from 'node:crypto';
import { access, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { clearFreshFolders, freshFolder } from './fresh-folder.mjs';
import { withLock } from './lock.mjs';
import { runScript } from './refusal.mjs';
import { cacheFolder, root } from './root.mjs';

/**
 * Resolves to a folder of the cache with what `compile(folder, say)` made of these files; made once for each content
 * of them, whoever asks at the same time. What earlier contents were compiled to goes away.
 */
export async function cachedBuild({ name, source, files, compile }, say) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of files) hash.update(`${file}\0`).update(await readFile(join(source, file)));
  const folder = join(cacheFolder, `built-${name}-${hash.digest('hex').slice(0, 16)}`);
  if (await exists(folder)) return folder;
  return withLock(`${root} ${name}`, say, async () => {
    if (!(await exists(folder))) await build(name, folder, (fresh) => compile(fresh, say));
    return folder;
  });
}

async function build(name, folder, compile) {
  await clearFreshFolders(name);
  const fresh = await freshFolder(name);
  await compile(fresh);
  await rename(fresh, folder);
  const older = (await readdir(cacheFolder)).map((entry) => join(cacheFolder, entry));
  const replaced = older.filter((path) => path !== folder && path.startsWith(join(cacheFolder, `built-${name}-`)));
  await Promise.all(replaced.map((path) => rm(path, { recursive: true, force: true })));
}

const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

/** For the tests, which call these scripts as programs: says the path on standard output, and all else on the other. */
export function sayPath(name, work) {
  return runScript(name, async () => console.log(await work((what) => console.error(`${name}: ${what} …`))));
}
