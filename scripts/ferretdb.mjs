import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachedBuild, sayPath } from './cached-build.mjs';
import { lastLines, run } from './command.mjs';
import { goTool } from './go-tool.mjs';
import { Refusal } from './refusal.mjs';
import { root } from './root.mjs';

const source = join(root, 'test', 'services', 'ferretdb');
const program = 'ferretdb';

/** Builds the database server of the tests, unless its sources are built already. Resolves to the program's path. */
export async function buildFerretDb(say) {
  const files = ['main.go', 'go.mod', 'go.sum'];
  return join(await cachedBuild({ name: 'ferretdb', source, files, compile }, say), program);
}

async function compile(folder, say) {
  const go = await goTool(say);
  say('compiling FerretDB, the first time takes a minute or two');
  const reproducible = ['-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags=-s -w'];
  // -modcacherw: what Go downloads can be removed like any other file.
  const args = ['build', ...reproducible, '-modcacherw', '-o', join(folder, program), '.'];
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '' };
  const { code, output } = await run(go, args, { cwd: source, env });
  if (code !== 0) throw new Refusal(`FerretDB could not be built:\n${lastLines(output)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await sayPath('ferretdb', buildFerretDb);
