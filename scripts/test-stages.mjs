import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureEngine } from './docker-engine.mjs';
import { installPackages } from './install-packages.mjs';
import { buildFerretDb } from './ferretdb.mjs';
import { runJest } from './jest-stage.mjs';
import { Refusal } from './refusal.mjs';
import { installServices } from './services.mjs';
import { step } from './steps.mjs';
import { verify } from './verify.mjs';

/** A stage that only prepares counts nothing when it succeeds, and one failure when it does not. */
const nothingToCount = { passed: 0, failed: 0 };

/** What is decided here is decided without looking at the world: every branch can be tested, so it is. */
const pureParts = ['libs/domain/src', 'libs/orchestration/src/desired', 'libs/orchestration/src/plan'];

/** In the order in which they run. One that fails lets the later ones run, unless nothing can work without it. */
const stages = [
  { name: 'packages', stopsAll: true, needs: [], work: () => prepare('packages', installPackages) },
  { name: 'build', stopsAll: true, needs: ['packages'], work: () => prepare('build', build) },
  { name: 'verify', needs: ['packages'], work: verify },
  { name: 'quick', needs: ['packages', 'build'], work: quick },
  { name: 'services', needs: [], work: services },
  { name: 'live', needs: ['packages', 'build', 'services'], work: live },
];

/** All stages, or the one named with those that it needs. */
export function stagesFor(name) {
  if (name === undefined) return stages;
  const wanted = stages.find((stage) => stage.name === name);
  if (!wanted) throw new Refusal(`no stage "${name}"; there are ${stages.map((stage) => stage.name).join(', ')}`);
  return stages.filter((stage) => stage === wanted || wanted.needs.includes(stage.name));
}

async function prepare(name, work) {
  await step(name, work);
  return nothingToCount;
}

/** The packages wait for the network most of the time, and compiling for the processors. */
async function services(run) {
  const steps = [step('debian packages', installServices), step('ferretdb', buildServer)];
  await Promise.allSettled(steps);
  await Promise.all(steps);
  await step('docker engine', async (say) => {
    const { detail, stop } = await ensureEngine(say);
    if (stop) run.cleanUps.push(stop);
    return detail;
  });
  return nothingToCount;
}

/** What is shown behind the step is its time; where the program is, is nobody's to know. */
const buildServer = async (say) => void (await buildFerretDb(say));

/** Chosen tests say nothing about coverage. The longer time-out is for a busy machine, which is no failure. */
function quick(run) {
  const coverage = run.patterns.length === 0 ? coverageOf(pureParts) : [];
  return runJest('quick', {
    ...shared(run),
    args: ['--maxWorkers=100%', '--testTimeout=30000', ...coverage, ...run.patterns],
    limitSeconds: 900,
  });
}

/** Fails when a branch of these folders is not taken. */
function coverageOf(folders) {
  const threshold = Object.fromEntries(folders.map((folder) => [`./${folder}/`, { branches: 100 }]));
  return [
    '--coverage',
    '--coverageProvider=babel',
    '--coverageReporters=text-summary',
    `--coverageThreshold=${JSON.stringify(threshold)}`,
    ...folders.map((folder) => `--collectCoverageFrom=${folder}/**/*.ts`),
    '--collectCoverageFrom=!**/*.{spec,contract,arbitrary}.ts',
  ];
}

/** One at a time: they share this machine's Engine, and measure times. */
function live(run) {
  return runJest('live', {
    ...shared(run),
    args: ['--runInBand', ...run.patterns],
    limitSeconds: run.long ? 4 * 3600 : 2700,
  });
}

const shared = ({ folder, long }) => ({
  folder,
  env: { NEBULA_TEST_KEEPERS: join(folder, 'keepers'), ...(long ? { NEBULA_LONG: '1' } : {}) },
});
