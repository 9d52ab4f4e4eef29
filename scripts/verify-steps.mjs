import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { run } from './command.mjs';
import { cacheFolder, pinnedEnvironment, root } from './root.mjs';

const sourceFolders = ['apps', 'libs', 'test', 'bench', 'clients', 'scripts'].filter((name) =>
  existsSync(join(root, name)),
);
const sources = /\.(ts|mjs|cjs|sh)$/;
const generated = /schema\.d\.ts$/;
const testCode = /\.(spec|contract)\.ts$/;

/** What must hold of the sources without running them, slowest first. None has a list of tolerated exceptions. */
export const verifySteps = [
  { name: 'lint', check: () => tool('eslint', ['.', '--max-warnings', '0']) },
  { name: 'types', check: () => tool('tsc', ['--noEmit', '-p', 'tsconfig.json', ...typeCache()]) },
  {
    name: 'dependency rules',
    check: () => tool('depcruise', ['--config', '.dependency-cruiser.cjs', ...sourceFolders]),
  },
  { name: 'format', check: () => tool('prettier', ['--check', '.']) },
  { name: 'lock file', check: lockWithoutAddresses },
  { name: 'file sizes', check: smallFiles },
];

const typeCache = () => ['--incremental', '--tsBuildInfoFile', join(cacheFolder, 'types.tsbuildinfo')];

/** Resolves to what is wrong, or undefined. */
async function tool(command, args) {
  const { code, output } = await run(command, args, { env: pinnedEnvironment() });
  return code === 0 ? undefined : output.trimEnd();
}

/** The lock says what is installed, and the machine's own settings say from where. */
async function lockWithoutAddresses() {
  const lines = (await readFile(join(root, 'package-lock.json'), 'utf8')).split('\n');
  const found = lines.flatMap((line, index) => (/"resolved"|:\/\//.test(withoutFunding(line)) ? [index + 1] : []));
  return found.length === 0 ? undefined : `package-lock.json has addresses of packages in lines ${found.slice(0, 10)}`;
}

const withoutFunding = (line) => (/^\s*"(url|funding)":/.test(line) ? '' : line);

async function smallFiles() {
  const found = [];
  for (const file of await filesIn(sourceFolders)) {
    const limit = testCode.test(file) || file.startsWith('test/') ? 450 : 300;
    const lines = (await readFile(join(root, file), 'utf8')).trimEnd().split('\n').length;
    if (lines > limit) found.push(`${file}: ${lines} lines, ${limit} are the limit`);
  }
  return found.length === 0 ? undefined : found.join('\n');
}

async function filesIn(folders) {
  const lists = await Promise.all(
    folders.map((folder) => readdir(join(root, folder), { recursive: true, withFileTypes: true })),
  );
  return lists
    .flat()
    .filter((entry) => entry.isFile() && sources.test(entry.name) && !generated.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes('node_modules/'));
}
