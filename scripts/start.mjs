import { build, programFile } from './build.mjs';
import { stopRunning } from './command.mjs';
import { ensureEngine } from './docker-engine.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './program.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { step } from './steps.mjs';

const programs = ['standalone', 'api', 'worker', 'monitor'];
const programsWithEngine = ['standalone', 'worker'];

const [name = 'standalone'] = process.argv.slice(2);

/** A stop before the program runs ends the set-up at once; each step leaves either the old or the new. */
async function endSetUp() {
  await stopRunning();
  process.exit(130);
}

await runScript(name === 'standalone' ? 'npm start' : `npm run start:${name}`, async () => {
  if (!programs.includes(name)) throw new Refusal(`no program "${name}"; there are ${programs.join(', ')}`);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  signals.forEach((signal) => process.once(signal, endSetUp));
  await step('packages', installPackages);
  await step('build', build);
  if (programsWithEngine.includes(name)) await step('docker engine', async (say) => (await ensureEngine(say)).detail);
  signals.forEach((signal) => process.off(signal, endSetUp));
  process.exitCode = await runProgram(programFile(name));
});
