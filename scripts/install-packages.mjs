import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, run } from './command.mjs';
import { clearFreshFolders, freshFolder, swapIn } from './fresh-folder.mjs';
import { withLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';
import { root } from './root.mjs';

/** Makes node_modules what package-lock.json says. Touches nothing when it is. */
export async function installPackages(say) {
  if (await isUpToDate()) return;
  await withLock(`${root} packages`, say, async () => {
    if (await isUpToDate()) return;
    say('installing what package-lock.json lists');
    await install();
  });
}

/** Installs beside and swaps, so that a run that goes on never finds half of its packages. */
async function install() {
  await clearFreshFolders('packages');
  const folder = await freshFolder('packages');
  for (const file of ['package.json', 'package-lock.json', '.npmrc'])
    await copyFile(join(root, file), join(folder, file));
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-fund', '--no-audit'];
  const { code, output } = await run('npm', args, { cwd: folder });
  if (code !== 0) throw new Refusal(`npm ci failed:\n${lastLines(output)}`);
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await swapIn(join(folder, 'node_modules'), join(root, 'node_modules'));
  await rm(folder, { recursive: true, force: true });
}

/** npm keeps what it installed in a lock file of its own, written when all is in place: this compares the two. */
async function isUpToDate() {
  const [wanted, installed] = await Promise.all([
    readPackages(join(root, 'package-lock.json')),
    readPackages(join(root, 'node_modules', '.package-lock.json')),
  ]);
  if (!wanted) throw new Refusal('package-lock.json is missing or not JSON');
  if (!installed || Object.keys(installed).some((path) => !wanted[path])) return false;
  return Object.entries(wanted).every(([path, entry]) => path === '' || isInPlace(entry, installed[path]));
}

function isInPlace(wanted, installed) {
  if (installed) return installed.version === wanted.version && installed.integrity === wanted.integrity;
  return Boolean(wanted.optional) && !isForThisMachine(wanted);
}

/** Variants for a C library are npm's to choose, and so are optional packages without a platform: absence is fine. */
function isForThisMachine({ os, cpu, libc }) {
  if (!os || !cpu || libc) return false;
  return [os].flat().includes(process.platform) && [cpu].flat().includes(process.arch);
}

async function readPackages(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
