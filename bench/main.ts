import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Progress } from '../test/fleet/sim/progress';
import { versionsOf } from './machine';
import { type BenchOptions, benchOptionsOf } from './options';
import { writeDocs } from './report/docs';
import { figuresFor } from './report/figures';
import { tableOf } from './report/table';
import type { Result, Row } from './row';
import { rows } from './rows';

/** `npm run bench`: measures and tells, all of it in docs/ too; what is not reached fails nothing. */
async function main(): Promise<void> {
  const numbers = rows.map(({ number }) => number);
  const options = benchOptionsOf(process.argv.slice(2), numbers);
  const wanted = rows.filter(({ number }) => options.rows?.includes(number) ?? true);
  const progress = new Progress(process.stderr);
  const results: Result[] = [];
  for (const row of wanted) {
    const result = await resultOf(row, progress);
    if (result) results.push(result);
  }
  process.stdout.write(`\n${tableOf(results)}\n`);
  await keep(results, options);
  // Processes of a row that failed would keep this one from ending.
  process.exit();
}

async function keep(results: Result[], { json, rows: chosen }: BenchOptions): Promise<void> {
  // Some rows alone would take the others' place on the page.
  const isWhole = chosen === undefined;
  if (json === undefined && !isWhole) return;
  const versions = await versionsOf();
  if (json !== undefined) await writeFile(resolve(json), figuresFor(results, versions));
  if (isWhole) await writeDocs(results, versions);
}

/** @returns undefined when the row could not be made: why is said */
async function resultOf(row: Row, progress: Progress): Promise<Result | undefined> {
  const why = await row.cannot();
  if (why !== undefined) {
    progress.say(`row ${row.number} (${row.title}) is left out: ${why}`);
    return undefined;
  }
  progress.say(`row ${row.number}: ${row.title}`);
  try {
    return { row, outcome: await row.run(progress) };
  } catch (error) {
    // What the other rows have measured is not lost with it.
    progress.say(`row ${row.number} failed, and is left out: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
    return undefined;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
