import type { JoinFigures, RestartFigures } from '../../test/fleet/sim/figures';
import { join } from '../../test/fleet/sim/joining';
import type { Progress } from '../../test/fleet/sim/progress';
import { restartBroker } from '../../test/fleet/sim/restarting';
import { DEFAULTS } from '../../test/fleet/sim/sim-options';
import { Stage } from '../../test/fleet/sim/stage';
import type { Line } from '../report/plot';
import type { Outcome, Row } from '../row';

const SIZES = [100, 1000, 5000];
const ASKED = Math.max(...SIZES);
const MOST_SECONDS = { atMost: 30 };
const MOST_MIB = { atMost: 1024 };
/** App and group were made before any host came. */
const FIRST_GENERATION = 1;

export const joins: Row = {
  number: 8,
  title: 'N hosts join at once; N hosts come back after the broker was killed',
  against: 'nothing',
  reach: `${ASKED} hosts within ${MOST_SECONDS.atMost} s each, no part above ${MOST_MIB.atMost} MiB`,
  how:
    'The built worker on an Engine in memory, a broker connection for each, real broker, api and monitor, and a store in ' +
    'memory, all on this machine’s processors. The broker is set up as docker/README.md tells for thousands of hosts. ' +
    'Until the last host says that it runs what it should, which takes a second of running: from the moment in which all ' +
    'workers, made before as far as when a process has loaded its code, are told to connect, or in which the broker’s port ' +
    'is open again. Memory is each part’s most, the simulated hosts’ own left out. One sample for each N; `docs/scale.md` ' +
    'tells more.',
  limits:
    'processor time: 12 to 15 ms for each host, by the hour of the machine, on processors that all of them share. Of 12, ' +
    '4.6 are the broker’s, 5 the host’s own, the rest the store’s, the monitor’s and the api’s; bare connections with a ' +
    'queue each take 14 s here. And some 150 kB of the broker’s memory for each connection while all of them open.',
  cannot: async () => undefined,
  run,
};

interface Moves {
  joined: JoinFigures;
  cameBack: RestartFigures;
}

async function run(progress: Progress): Promise<Outcome> {
  const outcome: Outcome = { series: [], comparisons: [] };
  const lines: Line[] = [
    { label: 'join', points: [] },
    { label: 'come back', points: [] },
  ];
  for (const hosts of SIZES) {
    const moves = await movesOf(hosts, progress);
    const seconds = [moves.joined, moves.cameBack].map(({ converged }) => converged.last / 1000);
    lines.forEach(({ label, points }, index) => {
      points.push([hosts, seconds[index]!]);
      outcome.series.push({ label: `${hosts} hosts ${label}`, unit: 's', samples: [seconds[index]!] });
      if (hosts !== ASKED) return;
      outcome.comparisons.push({
        label: `${hosts} hosts ${label}`,
        value: seconds[index]!,
        unit: 's',
        reach: MOST_SECONDS,
      });
    });
    for (const [part, mebibytes] of Object.entries(mostMemory(moves))) {
      outcome.series.push({ label: `${hosts} hosts: memory of ${part}`, unit: 'MiB', samples: [mebibytes] });
      if (hosts !== ASKED) continue;
      outcome.comparisons.push({ label: `memory of ${part}`, value: mebibytes, unit: 'MiB', reach: MOST_MIB });
    }
  }
  const [x, y] = [
    { title: 'hosts', log: true },
    { title: 's until the last one has converged', log: true },
  ];
  return { ...outcome, plot: { title: 'N hosts join, and come back', x, y, lines } };
}

async function movesOf(hosts: number, progress: Progress): Promise<Moves> {
  const options = { ...DEFAULTS, hosts, store: 'quick', awaitsStatus: true } as const;
  const stage = await progress.during('broker, store, api and monitor', Stage.start(options));
  try {
    const joined = await join(stage, hosts, FIRST_GENERATION, progress);
    return { joined, cameBack: await restartBroker(stage, FIRST_GENERATION + 1, progress) };
  } finally {
    await progress.during('the end', stage.end());
  }
}

/** Of each part of Nebula's, and the broker's, in both moves. */
function mostMemory({ joined, cameBack }: Moves): Record<string, number> {
  const parts = Object.keys(joined.cost.parts).filter((part) => part !== 'hosts' && part !== 'store');
  const peak = (part: string) => [joined, cameBack].map(({ cost }) => cost.parts[part]?.peak ?? 0);
  return Object.fromEntries(parts.map((part) => [part, Math.max(...peak(part))]));
}
