import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isStopped, Interrupted, stopRunning } from './command.mjs';
import { Refusal, runScript } from './refusal.mjs';
import { printTable, seconds } from './stage-table.mjs';
import { stagesFor } from './test-stages.mjs';

const options = { stage: { type: 'string' }, long: { type: 'boolean' } };
const keepersEndWithinMilliseconds = 60_000;

await runScript('npm test', async () => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const stages = stagesFor(values.stage);
  const folder = await mkdtemp(join(tmpdir(), 'nebula-test-'));
  await mkdir(join(folder, 'keepers'));
  const run = { folder, long: Boolean(values.long), patterns: positionals, cleanUps: [] };
  endOnSignals();
  try {
    const rows = await runStages(stages, run);
    if (!isStopped()) finish(rows);
  } finally {
    await cleanUp(run);
  }
});

async function runStages(stages, run) {
  const rows = [];
  for (const stage of stages) {
    if (isStopped()) break;
    const row = await runStage(stage, run);
    rows.push(row);
    if (row.failed > 0 && stage.stopsAll) break;
  }
  return rows;
}

async function runStage(stage, run) {
  console.log(`\n── ${stage.name}`);
  const since = performance.now();
  const counts = await stage.work(run).catch((error) => {
    if (!(error instanceof Interrupted)) console.error(error instanceof Refusal ? error.message : error.stack);
    return { passed: 0, failed: 1 };
  });
  const row = { name: stage.name, milliseconds: performance.now() - since, ...counts };
  console.log(`── ${stage.name}: ${row.failed > 0 ? 'FAILED' : 'ok'} in ${seconds(row.milliseconds)}`);
  return row;
}

/** Says it all in a table; the last line is for programs. */
function finish(rows) {
  const total = (field) => rows.reduce((sum, row) => sum + (row[field] ?? 0), 0);
  printTable(rows);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  process.exitCode = total('failed') > 0 || total('passed') === 0 ? 1 : 0;
}

/** The first signal ends what runs and then cleans up; a second one does not wait for that. */
function endOnSignals() {
  const codes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
  for (const [signal, code] of Object.entries(codes)) {
    process.on(signal, () => {
      if (isStopped()) process.exit(code);
      process.exitCode = code;
      void stopRunning();
    });
  }
}

async function cleanUp({ folder, cleanUps }) {
  await untilKeepersEnded(join(folder, 'keepers'));
  for (const end of cleanUps.reverse()) await end();
  await rm(folder, { recursive: true, force: true });
}

/** Each thing that a live test starts has a keeper process that removes it, also when the test was cut short. */
async function untilKeepersEnded(folder) {
  const until = Date.now() + keepersEndWithinMilliseconds;
  while ((await readdir(folder)).length > 0 && Date.now() < until) await pause(100);
}
