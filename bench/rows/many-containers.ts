import type { Progress } from '../../test/fleet/sim/progress';
import { ratio } from '../comparison';
import { DIRECT_CALLS, NEBULA } from '../rollouts/contestant';
import { directCallsLike } from '../rollouts/models';
import { Nebula } from '../rollouts/nebula';
import { needsHosts, roundsOn } from '../rollouts/on-hosts';
import type { Outcome, Row } from '../row';

const CONTAINERS = 10;
const MOST = { atMost: 1.1 };

export const manyContainers: Row = {
  number: 5,
  title: `${CONTAINERS} containers of one app on one host`,
  against: 'the same calls of the Engine, side by side',
  reach: `${MOST.atMost} × of them at the most`,
  how:
    'From the call of the api, or the first call of the Engine, until the last container ran, as the Engine says in its ' +
    'events. Direct calls make containers with the settings, labels and networks that `docker inspect` shows of ' +
    'Nebula’s, all at once: create, start; create, stop, start, remove where they are replaced.',
  cannot: needsHosts,
  run: compare,
};

async function compare(progress: Progress): Promise<Outcome> {
  const rounds = await roundsOn(1, CONTAINERS, progress, async ({ fleet, engines }) => {
    const nebula = await Nebula.on(fleet, CONTAINERS);
    return [nebula, await directCallsLike(nebula, engines, CONTAINERS)];
  });
  const steps = { create: 'created', change: 'replaced' } as const;
  const samples = (name: string, step: keyof typeof steps) => rounds[name]!.map((round) => round[step]);
  const names = Object.keys(steps) as (keyof typeof steps)[];
  return {
    series: names.flatMap((step) =>
      Object.keys(rounds).map((name) => ({
        label: `${steps[step]}: ${name}`,
        unit: 'ms',
        samples: samples(name, step),
      })),
    ),
    comparisons: names.map((step) => ratio(steps[step], samples(NEBULA, step), samples(DIRECT_CALLS, step), MOST)),
  };
}
