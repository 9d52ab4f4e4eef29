import type { Plan } from '@nebula/orchestration';
import type { Progress } from '../../test/fleet/sim/progress';
import { alternate } from '../alternate';
import { growthOf } from '../comparison';
import type { Outcome, Row } from '../row';
import { medianOf } from '../summary';
import { PlannedHost } from './planned-host';

const SIZES = [25, 50, 100, 200, 400];
const ASKED = 200;
const CONTAINERS_EACH = 20;
const ROUNDS = 25;
/** Not counted: the code is compiled in them. */
const FIRST_ROUNDS = 8;
const MOST_MS = 5;
/** Linear is 1; the rest is for what the clock and the collector do. */
const MOST_GROWTH = 1.1;

interface Situation {
  label: string;
  /** Before each plan, not timed. */
  prepare(host: PlannedHost): void;
  /** Actions that the plan must have for each container. */
  isAsMeant(actions: number, containers: number): boolean;
}

const SITUATIONS: Situation[] = [
  { label: 'nothing to do', prepare: () => undefined, isAsMeant: (actions) => actions === 0 },
  {
    label: 'nothing to do, all containers just listed',
    prepare: (host) => host.observe(),
    isAsMeant: (actions) => actions === 0,
  },
  {
    label: 'everything to replace',
    prepare: (host) => host.changeAll(),
    isAsMeant: (actions, containers) => actions >= 2 * containers,
  },
];

export const planner: Row = {
  number: 12,
  title: `Planner: ${ASKED} apps of ${CONTAINERS_EACH} containers on one host`,
  against: 'nothing',
  reach: `${MOST_MS} ms at the most, growth no worse than linear`,
  how:
    `One call of the planner is timed for ${SIZES.join(', ')} apps in turn, with containers that the planner itself ` +
    'asked for. Growth is the power of the number of apps that the medians grow with: 1 is linear, and a tenth is ' +
    'left to the clock.',
  limits:
    'the machine’s speed of the day, by a factor of two; and where everything is to be replaced, the settings of all apps ' +
    'are read and checked anew, once.',
  cannot: async () => undefined,
  run,
};

async function run(progress: Progress): Promise<Outcome> {
  const outcome: Outcome = { series: [], comparisons: [], plot: { ...PLOT, lines: [] } };
  for (const situation of SITUATIONS) {
    const samplers = SIZES.map((apps) => samplerOf(situation, apps));
    await alternate(progress, `${situation.label}, first rounds`, FIRST_ROUNDS, samplers);
    const taken = await alternate(progress, situation.label, ROUNDS, samplers);
    const points = SIZES.map((apps, index): [number, number] => [apps, medianOf(taken[index]!)]);
    const samples = taken[SIZES.indexOf(ASKED)]!;
    const label = `${situation.label}, ${ASKED} apps`;
    outcome.series.push({ label, unit: 'ms', samples });
    outcome.comparisons.push(
      { label, value: medianOf(samples), unit: 'ms', reach: { atMost: MOST_MS } },
      { label: `${situation.label}, growth`, value: growthOf(points), unit: '', reach: { atMost: MOST_GROWTH } },
    );
    outcome.plot!.lines.push({ label: situation.label, points });
  }
  return outcome;
}

const PLOT = {
  title: `One plan, ${CONTAINERS_EACH} containers an app`,
  x: { title: 'apps', log: true },
  y: { title: 'median, ms', log: true },
};

/** @returns takes a sample, ms */
function samplerOf({ label, prepare, isAsMeant }: Situation, apps: number): () => number {
  const host = new PlannedHost(apps, CONTAINERS_EACH);
  return () => {
    prepare(host);
    const began = performance.now();
    const made = host.plan();
    const took = performance.now() - began;
    const actions = actionsOf(made);
    if (!isAsMeant(actions, apps * CONTAINERS_EACH)) throw new Error(`${label}: the plan has ${actions} actions`);
    return took;
  };
}

const actionsOf = ({ apps }: Plan): number => apps.reduce((sum, { actions }) => sum + actions.length, 0);
