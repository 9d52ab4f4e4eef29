import { join } from 'node:path';
import { build } from './build.mjs';
import { isRoot } from './debian.mjs';
import { installPackages } from './install-packages.mjs';
import { runTestProgram } from './program.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { root } from './root.mjs';
import { installServices } from './services.mjs';
import { setUp } from './set-up.mjs';
import { step } from './steps.mjs';

await runScript('npm run fleet', async () => {
  if (process.platform !== 'linux' || !isRoot()) {
    throw new Refusal('hosts are network namespaces with Docker Engines: this needs Linux, and root');
  }
  await setUp(async () => {
    await step('packages', installPackages);
    await step('build', build);
    await step('debian packages', installServices);
  });
  process.exitCode = await runTestProgram(join(root, 'test', 'fleet', 'main.ts'), process.argv.slice(2));
});
