import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { objectionsTo } from './objections';
import { simOptionsOf } from './sim-options';
import { simulate } from './simulation';
import { tableOf } from './table';

/** `npm run fleet:sim`: ends with 1 when a promise does not hold. */
async function main(): Promise<void> {
  const options = simOptionsOf(process.argv.slice(2));
  const figures = await simulate({ ...options, troubles: true, awaitsStatus: true }, process.stderr);
  const objections = objectionsTo(figures);
  process.stdout.write(`\n${tableOf(figures)}\n`);
  if (options.json !== undefined) {
    await writeFile(resolve(options.json), `${JSON.stringify({ options, figures, objections }, undefined, 2)}\n`);
  }
  for (const objection of objections) process.stdout.write(`does not hold: ${objection}\n`);
  process.exitCode = objections.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
