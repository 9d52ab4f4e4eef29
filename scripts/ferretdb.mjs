import { createHash } from 'node:crypto';
import { access, chmod, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLines, run } from './command.mjs';
import { clearFreshFolders, freshFolder } from './fresh-folder.mjs';
import { goTool } from './go-tool.mjs';
import { withLock } from './lock.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { cacheFolder, root } from './root.mjs';

const source = join(root, 'test', 'services', 'ferretdb');
const sourceFiles = ['main.go', 'go.mod', 'go.sum'];
const prefix = 'ferretdb-';

/** Builds the database server of the tests, unless its sources are built already. Resolves to the program's path. */
export async function buildFerretDb(say) {
  const program = join(cacheFolder, `${prefix}${await hashOfSources()}`);
  if (await exists(program)) return program;
  return withLock(`${root} ferretdb`, say, async () => {
    if (!(await exists(program))) await compile(program, say);
    return program;
  });
}

async function compile(program, say) {
  await clearFreshFolders('ferretdb');
  const go = await goTool(say);
  say('compiling FerretDB, the first time takes a minute or two');
  const folder = await freshFolder('ferretdb');
  const fresh = join(folder, 'server');
  // -modcacherw: what Go downloads can be removed like any other file.
  const args = [
    'build',
    '-mod=readonly',
    '-buildvcs=false',
    '-trimpath',
    '-modcacherw',
    '-ldflags=-s -w',
    '-o',
    fresh,
    '.',
  ];
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '' };
  const { code, output } = await run(go, args, { cwd: source, env });
  if (code !== 0) throw new Refusal(`FerretDB could not be built:\n${lastLines(output)}`);
  await chmod(fresh, 0o755);
  await rename(fresh, program);
  await rm(folder, { recursive: true, force: true });
  const older = (await readdir(cacheFolder)).filter((name) => name.startsWith(prefix) && !program.endsWith(name));
  await Promise.all(older.map((name) => rm(join(cacheFolder, name), { recursive: true, force: true })));
}

async function hashOfSources() {
  const hash = createHash('sha256').update(process.arch);
  for (const file of sourceFiles) hash.update(`${file}\0`).update(await readFile(join(source, file)));
  return hash.digest('hex').slice(0, 16);
}

const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Called by the tests, which are no modules of this kind: says the path. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript('ferretdb', async () =>
    console.log(await buildFerretDb((what) => console.error(`ferretdb: ${what} …`))),
  );
}
