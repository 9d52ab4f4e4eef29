import { build, programFile } from './build.mjs';
import { ensureEngine } from './docker-engine.mjs';
import { installPackages } from './install-packages.mjs';
import { runProgram } from './program.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { setUp } from './set-up.mjs';
import { step } from './steps.mjs';

const programs = ['standalone', 'api', 'worker', 'monitor'];
const programsWithEngine = ['standalone', 'worker'];

const [name = 'standalone'] = process.argv.slice(2);

await runScript(name === 'standalone' ? 'npm start' : `npm run start:${name}`, async () => {
  if (!programs.includes(name)) throw new Refusal(`no program "${name}"; there are ${programs.join(', ')}`);
  await setUp(async () => {
    await step('packages', installPackages);
    await step('build', build);
    if (programsWithEngine.includes(name)) await step('docker engine', async (say) => (await ensureEngine(say)).detail);
  });
  process.exitCode = await runProgram(programFile(name));
});
