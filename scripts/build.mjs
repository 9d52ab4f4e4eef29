import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { lastLines, run } from './command.mjs';
import { clearFreshFolders, freshFolder, swapIn } from './fresh-folder.mjs';
import { withLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';
import { pinnedEnvironment, root } from './root.mjs';

const dist = join(root, 'dist');
const stamp = 'built-from';
const settings = ['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package-lock.json'];
const neverBuilt = /\.(spec|contract|arbitrary)\.ts$/;

/** What `npm start` and `npm run start:api` … run, once it is built. */
export const programFile = (name) => join(dist, 'apps', name, 'src', 'main.js');

/** Makes dist/ what the sources say. Touches nothing when it is. */
export async function build(say) {
  if (await isUpToDate()) return;
  await withLock(`${root} build`, say, async () => {
    if (await isUpToDate()) return;
    say('compiling');
    await compile();
  });
}

/** Compiles beside and swaps: a program that runs, or that starts meanwhile, never sees half a build. */
async function compile() {
  await clearFreshFolders('build');
  const folder = await freshFolder('build');
  const out = join(folder, 'dist');
  // Taken before compiling: a source that changes meanwhile makes the next run build again.
  const hash = await hashOfSources();
  const config = join(folder, 'tsconfig.json');
  const compilerOptions = { outDir: out, tsBuildInfoFile: join(folder, 'tsbuildinfo') };
  await writeFile(config, JSON.stringify({ extends: join(root, 'tsconfig.build.json'), compilerOptions }));
  const { code, output } = await run('nest', ['build', 'standalone', '--path', relative(root, config)], {
    env: pinnedEnvironment(),
  });
  if (code !== 0) throw new Refusal(`nest build failed:\n${lastLines(output, 60)}`);
  await writeFile(join(out, stamp), hash);
  await swapIn(out, dist);
  await rm(folder, { recursive: true, force: true });
}

/** Whether what is built is what the sources say. */
export async function isUpToDate() {
  const builtFrom = await readFile(join(dist, stamp), 'utf8').catch(() => undefined);
  return builtFrom !== undefined && builtFrom === (await hashOfSources());
}

async function hashOfSources() {
  const files = [...settings, ...(await filesIn('apps')), ...(await filesIn('libs'))];
  const hash = createHash('sha256');
  for (const file of files.filter((name) => !neverBuilt.test(name)).sort()) {
    const content = await readFile(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

async function filesIn(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
}
