import { build, program } from './build.mjs';
import { stopRunning } from './command.mjs';
import { ensureEngine } from './docker-engine.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './program.mjs';
import { runScript } from './refusal.mjs';
import { step } from './steps.mjs';

/** A stop before the program runs ends the set-up at once; each step leaves either the old or the new. */
async function endSetUp() {
  await stopRunning();
  process.exit(130);
}

await runScript('npm start', async () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  signals.forEach((signal) => process.once(signal, endSetUp));
  await step('packages', installPackages);
  await step('build', build);
  await step('docker engine', async (say) => (await ensureEngine(say)).detail);
  signals.forEach((signal) => process.off(signal, endSetUp));
  process.exitCode = await runProgram(program);
});
