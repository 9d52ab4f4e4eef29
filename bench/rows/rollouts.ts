import type { Progress } from '../../test/fleet/sim/progress';
import { ratio, type Reach } from '../comparison';
import { DIRECT_CALLS, NEBULA, SWARM } from '../rollouts/contestant';
import { directCallsLike } from '../rollouts/models';
import { Nebula } from '../rollouts/nebula';
import { needsHosts, roundsOn } from '../rollouts/on-hosts';
import type { Round } from '../rollouts/round';
import { Swarm } from '../rollouts/swarm';
import type { Outcome, Row } from '../row';

const HOSTS = 3;
const HOW =
  `${HOSTS} Docker Engines in network namespaces of one machine, one container of a small image on each, with a port of ` +
  'the host, on Docker’s own bridge, where Swarm’s tasks with ports of the host are too. Times are the Engines’ own ' +
  'words in their events; they begin with the last call that is needed. The three take turns, each creating, changing ' +
  'and removing in one round; first rounds do not count.';
const FLOOR_IS =
  'Direct calls make containers with the settings, labels and networks that `docker inspect` shows of Nebula’s, on all ' +
  'hosts at once: create, start; create, stop, start, remove for a change.';
const SWARM_IS =
  'Swarm: a global service with `mode=host` ports, an image that is there and is not looked up, stop-first, all hosts at ' +
  'once without delay, no history of tasks.';

const SHARED =
  'three workers, two apis, broker, monitor and database share the processors with the three Engines that make the ' +
  'containers. Nebula’s own part is about 20 ms until the change is on its way (most of it the database’s, FerretDB), ' +
  '5 ms of the broker, and 10 to 20 ms until the worker has asked its Engine for the container.';
const DOCKERS =
  'the Engine. The gap of direct calls is nearly as long: an ended container’s port is free after 60 to 100 ms, and the ' +
  'next one’s start takes as long as any, on three Engines at the same time.';

type Rounds = Record<string, Round[]>;
let measured: Promise<Rounds> | undefined;

/** Measured once for all these rows. */
function rounds(progress: Progress): Promise<Rounds> {
  measured ??= roundsOn(HOSTS, 1, progress, async ({ fleet, engines }) => {
    const nebula = await Nebula.on(fleet, 1);
    const floor = await directCallsLike(nebula, engines, 1);
    const addresses = fleet.hosts.map(({ address }) => address);
    return [nebula, floor, await Swarm.of(engines.engines, addresses)];
  });
  return measured;
}

interface Compared {
  what: string;
  step: keyof Round;
  against: Record<string, Reach>;
  /** Shown too, without anything to reach. */
  beside?: string[];
}

/** One step of the rounds, of Nebula and of those that it is compared with. */
async function compare(progress: Progress, { what, step, against, beside = [] }: Compared): Promise<Outcome> {
  const all = await rounds(progress);
  const samples = (name: string) => all[name]!.map((round) => round[step]);
  return {
    series: [NEBULA, ...beside, ...Object.keys(against)].map((name) => ({
      label: `${what}: ${name}`,
      unit: 'ms',
      samples: samples(name),
    })),
    comparisons: Object.entries(against).map(([name, reach]) =>
      ratio(`${what}, against ${name}`, samples(NEBULA), samples(name), reach),
    ),
  };
}

const row = (
  number: number,
  title: string,
  { against, reach, how, limits, ...compared }: Compared & Pick<Row, 'reach' | 'how' | 'limits'>,
): Row => ({
  number,
  title,
  against: Object.keys(against).join(', and '),
  reach,
  how,
  ...(limits !== undefined && { limits }),
  cannot: needsHosts,
  run: (progress) => compare(progress, { ...compared, against }),
});

export const rollouts: readonly Row[] = [
  row(1, 'Until a new app runs on all hosts', {
    ...{ what: 'create', step: 'create', against: { [DIRECT_CALLS]: { atMost: 1.1 } } },
    ...{ reach: '1.10 × of the direct calls at the most', how: `${HOW} ${FLOOR_IS}`, limits: SHARED },
  }),
  row(2, 'Until a new app runs on all hosts, against Swarm', {
    ...{ what: 'create', step: 'create', against: { [SWARM]: { atMost: 0.9 } } },
    ...{ reach: '0.9 × of Swarm at the most', how: `${HOW} ${SWARM_IS}` },
  }),
  row(3, 'A change of env, until the new containers run on all hosts', {
    ...{ what: 'change', step: 'change', against: { [DIRECT_CALLS]: { atMost: 1.1 }, [SWARM]: { atMost: 0.45 } } },
    ...{ reach: '1.10 × of the direct calls and 0.45 × of Swarm at the most', how: `${HOW} ${FLOOR_IS} ${SWARM_IS}` },
    limits: SHARED,
  }),
  row(4, 'The gap between the old container’s end and the new one’s start, fixed host port', {
    ...{ what: 'gap', step: 'gap', against: { [SWARM]: { atMost: 0.4 } }, beside: [DIRECT_CALLS] },
    ...{ reach: '0.4 × of Swarm at the most', how: `${HOW} ${FLOOR_IS} ${SWARM_IS} Of the host where it was longest.` },
    limits: DOCKERS,
  }),
  row(6, 'Stop and remove everywhere', {
    ...{ what: 'remove', step: 'remove', against: { [SWARM]: { atMost: 0.4 } }, beside: [DIRECT_CALLS] },
    ...{ reach: '0.4 × of Swarm at the most', how: `${HOW} ${FLOOR_IS} ${SWARM_IS}` },
  }),
];
