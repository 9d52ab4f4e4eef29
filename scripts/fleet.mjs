import { join } from 'node:path';
import { build } from './build.mjs';
import { stopRunning } from './command.mjs';
import { isRoot } from './debian.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './program.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { root } from './root.mjs';
import { installServices } from './services.mjs';
import { step } from './steps.mjs';

/** A stop before the fleet runs ends the set-up at once; each step leaves either the old or the new. */
async function endSetUp() {
  await stopRunning();
  process.exit(130);
}

await runScript('npm run fleet', async () => {
  if (process.platform !== 'linux' || !isRoot()) {
    throw new Refusal('hosts are network namespaces with Docker Engines: this needs Linux, and root');
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  signals.forEach((signal) => process.once(signal, endSetUp));
  await step('packages', installPackages);
  await step('build', build);
  await step('debian packages', installServices);
  signals.forEach((signal) => process.off(signal, endSetUp));
  process.exitCode = await runProgram(join(root, 'test', 'fleet', 'run.mjs'), process.argv.slice(2));
});
