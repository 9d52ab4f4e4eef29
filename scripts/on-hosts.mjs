import { join } from 'node:path';
import { build } from './build.mjs';
import { isRoot } from './debian.mjs';
import { buildFerretDb } from './ferretdb.mjs';
import { installPackages } from './install-packages.mjs';
import { runTestProgram } from './program.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { root } from './root.mjs';
import { installServices } from './services.mjs';
import { setUp } from './set-up.mjs';
import { step } from './steps.mjs';

/** What runs on hosts of its own, by the name of its npm script. */
const programs = { fleet: 'main.ts', faults: 'faults/main.ts' };

const [name, ...args] = process.argv.slice(2);

await runScript(`npm run ${name}`, async () => {
  if (!(name in programs)) throw new Refusal(`no program "${name}"; there are ${Object.keys(programs).join(', ')}`);
  if (process.platform !== 'linux' || !isRoot()) {
    throw new Refusal('hosts are network namespaces with Docker Engines: this needs Linux, and root');
  }
  await setUp(async () => {
    await step('packages', installPackages);
    await step('build', build);
    await step('debian packages', installServices);
    await step('ferretdb', async (say) => void (await buildFerretDb(say)));
  });
  process.exitCode = await runTestProgram(join(root, 'test', 'fleet', programs[name]), args);
});
