import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureEngine } from './docker-engine.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './program.mjs';
import { runScript } from './refusal.mjs';
import { root } from './root.mjs';
import { installServices } from './services.mjs';
import { setUp } from './set-up.mjs';
import { step } from './steps.mjs';

await runScript('npm run bench', async () => {
  let stopEngine = async () => undefined;
  await setUp(async () => {
    await step('packages', installPackages);
    await step('build', build);
    await step('debian packages', installServices);
    await step('docker engine', async (say) => {
      try {
        const { detail, stop } = await ensureEngine(say);
        if (stop) stopEngine = stop;
        return detail;
      } catch (error) {
        // Rows that need one say so; the others do without.
        return `none: ${error.message}`;
      }
    });
  });
  try {
    process.exitCode = await runProgram(join(root, 'bench', 'run.mjs'), process.argv.slice(2));
  } finally {
    await stopEngine();
  }
});
