import { join } from 'node:path';
import { build } from './build.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './program.mjs';
import { runScript } from './refusal.mjs';
import { root } from './root.mjs';
import { installServices } from './services.mjs';
import { setUp } from './set-up.mjs';
import { step } from './steps.mjs';

await runScript('npm run bench', async () => {
  await setUp(async () => {
    await step('packages', installPackages);
    await step('build', build);
    await step('debian packages', installServices);
  });
  process.exitCode = await runProgram(join(root, 'bench', 'run.mjs'), process.argv.slice(2));
});
