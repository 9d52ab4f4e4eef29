import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { folderOf } from '../folder-of';
import { sweepAtOnce } from '../ground';
import type { Fault } from './fault';
import { runFaults, type RunOptions } from './faults-run';
import { FAULTS } from './kinds/all';
import { LONG, SHORT } from './pace';
import { tableOf } from './table';

/** `npm run faults`: faults until the time is up, or until one breaks what must hold. */
async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
    process.once(signal, () => {
      sweepAtOnce(resolve(options.folder, 'fleet'));
      process.exit(130);
    });
  }
  const outcomes = await runFaults(options);
  process.stdout.write(tableOf(outcomes));
  process.stdout.write(`${outcomes.length} faults, and everything held: seed ${options.seed}\n`);
}

function optionsOf(args: string[]): RunOptions {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string' },
      kinds: { type: 'string' },
      hosts: { type: 'string', default: '3' },
      steps: { type: 'string' },
      short: { type: 'boolean', default: false },
    },
  });
  const since = performance.now();
  return {
    folder: folderOf(process.env.FAULTS_DIR, '.nebula/faults'),
    seed: values.seed === undefined ? randomInt(1_000_000) : number('seed', values.seed, 0),
    faults: values.kinds === undefined ? FAULTS : values.kinds.split(',').map(faultOf),
    pace: values.short ? SHORT : LONG,
    seconds: number('minutes', values.minutes, 1) * 60,
    hosts: number('hosts', values.hosts, 2),
    ...(values.steps !== undefined && { steps: number('steps', values.steps, 1) }),
    say: (what) =>
      void process.stdout.write(`${((performance.now() - since) / 1000).toFixed(1).padStart(7)} ${what}\n`),
  };
}

function number(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`--${option} must be a whole number of ${least} at the least, not ${text}`);
}

function faultOf(name: string): Fault {
  const found = FAULTS.find((fault) => fault.name === name);
  if (found) return found;
  throw new Error(`no fault "${name}"; there are ${FAULTS.map((fault) => fault.name).join(', ')}`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`npm run faults: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
