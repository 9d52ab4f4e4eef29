import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Fleet } from '../../test/fleet/fleet';
import type { FleetHost } from '../../test/fleet/fleet-host';
import { usageOf } from '../../test/fleet/sim/processor-time';
import type { Progress } from '../../test/fleet/sim/progress';
import { bar } from '../alternate';
import { inFolder } from '../bench-folder';
import { ratio } from '../comparison';
import { EngineCalls } from '../rollouts/engine-calls';
import { MeasuredEngines } from '../rollouts/measured-engines';
import { Nebula } from '../rollouts/nebula';
import { needsHosts } from '../rollouts/on-hosts';
import type { Outcome, Row } from '../row';
import { EMPTY_APPLICATION, whileReady } from '../started-program';
import { medianOf } from '../summary';

const CONTAINERS = 50;
/** SWEEP_INTERVAL_SECONDS, as it is by default: between two sweeps, about. */
const SWEEP_SECONDS = 60;
const WINDOW_SECONDS = 60;
const WINDOWS = 4;
const LIST = 'GET /containers/json';
const MOST_MEMORY = { atMost: 1.6 };
const MOST_PERCENT = { atMost: 0.3 };
/** Sweeps are jittered. */
const MOST_LISTS = { atMost: 1.5 };

export const rest: Row = {
  number: 11,
  title: `The worker at rest, with ${CONTAINERS} containers`,
  against: 'an empty Nest application context',
  reach: `${MOST_MEMORY.atMost} × its memory and ${MOST_PERCENT.atMost} % of a processor at the most, no list calls but the sweep's`,
  how:
    `A worker container of the built image on an Engine of its own, with all settings as they are by default, ${WINDOWS} ` +
    `times ${WINDOW_SECONDS} s in which nothing changes. Memory is VmRSS at the end of each, of both processes; calls are ` +
    `those that the Engine tells of in its log; a sweep comes every ${SWEEP_SECONDS} s, give or take its jitter.`,
  limits:
    'the heartbeats of the broker’s connection, a report every 15 s and the health file wake the worker about every second. ' +
    'Each costs the more the longer it slept: in an hour in which the machine took back what memory was idle they took ' +
    '5 to 25 ms each, and the worker 0.56 %.',
  cannot: needsHosts,
  run: (progress) => inFolder((folder) => run(progress, folder)),
};

interface Resting {
  memory: number[];
  emptyMemory: number[];
  percent: number[];
  emptyPercent: number[];
  calls: Record<string, number>;
}

async function run(progress: Progress, folder: string): Promise<Outcome> {
  const starting = Fleet.start({ folder: join(folder, 'f'), hosts: 1, engines: { tellsCalls: true } });
  const fleet = await progress.during('a fleet of one', starting);
  try {
    const nebula = await Nebula.on(fleet, CONTAINERS);
    const engines = await MeasuredEngines.watch(fleet.hosts.map(({ engine }) => engine.socket));
    const created = engines.after(() => nebula.create(), 'start', CONTAINERS);
    await progress.during(`${CONTAINERS} containers`, created);
    engines.end();
    const resting = await whileReady(EMPTY_APPLICATION, folder, (empty) => watch(progress, fleet.hosts[0]!, empty));
    return outcomeOf(resting);
  } finally {
    await progress.during('the fleet ends', fleet.stop());
  }
}

async function watch(progress: Progress, host: FleetHost, empty: number): Promise<Resting> {
  const worker = (await host.docker.inspect(host.worker.name)).State.Pid;
  // Whatever is left of the start is none of it.
  await progress.during('coming to rest', pause(WINDOW_SECONDS * 1000));
  const calls = await EngineCalls.since(host.engine.log);
  const [memory, emptyMemory]: [number[], number[]] = [[], []];
  const [percent, emptyPercent]: [number[], number[]] = [[], []];
  const windows = async (): Promise<void> => {
    for (let window = 0; window < WINDOWS; window++) {
      const [before, otherBefore] = [await usageOf([worker]), await usageOf([empty])];
      await pause(WINDOW_SECONDS * 1000);
      const [now, other] = [await usageOf([worker]), await usageOf([empty])];
      percent.push((100 * (now.cpu - before.cpu)) / WINDOW_SECONDS);
      emptyPercent.push((100 * (other.cpu - otherBefore.cpu)) / WINDOW_SECONDS);
      memory.push(now.rss);
      emptyMemory.push(other.rss);
    }
  };
  await progress.during('at rest', windows(), () => bar(memory.length, WINDOWS));
  return { memory, emptyMemory, percent, emptyPercent, calls: await calls.counts() };
}

function outcomeOf({ memory, emptyMemory, percent, emptyPercent, calls }: Resting): Outcome {
  const minutes = (WINDOWS * WINDOW_SECONDS) / 60;
  const kinds = Object.entries(calls).map(([call, count]) => ({
    label: `calls: ${call}`,
    unit: 'per minute',
    samples: [count / minutes],
  }));
  const lists = (calls[LIST] ?? 0) / (minutes * (60 / SWEEP_SECONDS));
  return {
    series: [
      { label: 'memory: worker', unit: 'MiB', samples: memory },
      { label: 'memory: empty context', unit: 'MiB', samples: emptyMemory },
      { label: 'processor: worker', unit: '%', samples: percent },
      { label: 'processor: empty context', unit: '%', samples: emptyPercent },
      ...kinds,
    ],
    comparisons: [
      ratio('memory', memory, emptyMemory, MOST_MEMORY),
      { label: 'processor', value: medianOf(percent), unit: '%', reach: MOST_PERCENT },
      { label: 'list calls for each sweep that is due', value: lists, unit: '', reach: MOST_LISTS },
    ],
  };
}
