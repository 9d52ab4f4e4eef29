import { change } from './changing';
import type { ChangeFigures, Figures, JoinFigures } from './figures';
import { join } from './joining';
import { Progress } from './progress';
import { replaceHalf } from './replacing';
import { rest } from './resting';
import { restartBroker } from './restarting';
import { SMALL } from './sim-options';
import { Stage, type StageOptions } from './stage';

/** Group and app are made before any host comes. */
const FIRST_GENERATION = 1;

export interface SimulationOptions extends StageOptions {
  /** Whether the broker is restarted, and half of the hosts are replaced. */
  troubles: boolean;
}

/** A few hosts, then many: what changes cost with each, and what becomes of the many in trouble. */
export async function simulate(options: SimulationOptions, out?: NodeJS.WriteStream): Promise<Figures> {
  const progress = new Progress(out);
  const stage = await progress.during('broker, store, api and monitor', Stage.start(options));
  const endedBySignal = () => void stage.end().finally(() => process.exit(130));
  process.once('SIGINT', endedBySignal).once('SIGTERM', endedBySignal);
  try {
    return await run(stage, options, progress);
  } finally {
    process.off('SIGINT', endedBySignal).off('SIGTERM', endedBySignal);
    await progress.during('the end', stage.end());
  }
}

async function run(stage: Stage, options: SimulationOptions, progress: Progress): Promise<Figures> {
  let generation = FIRST_GENERATION;
  const changed = async (): Promise<ChangeFigures> => {
    const figures = await change(stage, generation, progress);
    generation += figures.changes;
    return figures;
  };
  await join(stage, SMALL, generation, progress);
  // The first changes fill what an api keeps for all that come: compilers, pools of connections.
  await changed();
  const smallChanges = await changed();
  const joined = await join(stage, options.hosts - SMALL, generation, progress);
  progress.say(`joined: ${inShort(joined)}`);
  const changes = await changed();
  progress.say(`changed: ${inShort({ ...changes, statusSays: changes.statusSays.last })}`);
  const store = options.mongoUrl === undefined ? options.store : 'a server named from outside';
  const figures: Figures = { store, smallChanges, join: joined, changes, failures: [] };
  if (!options.troubles) return figures;
  // What was measured until then is told in any case.
  try {
    figures.rest = await rest(stage, progress);
    figures.restart = await restartBroker(stage, (generation += 1), progress);
    progress.say(`came back: ${inShort(figures.restart)}`);
    figures.replacement = await replaceHalf(stage, generation, progress);
  } catch (error) {
    figures.failures.push(error instanceof Error ? error.message : String(error));
  }
  figures.refusals = stage.api.refusals;
  return figures;
}

/** What nobody has to wait for the end to hear. */
const inShort = ({ connected, converged, statusSays, cost }: Short): string =>
  [
    ...(connected ? [`connected ${connected.p50} to ${connected.last} ms`] : []),
    `converged ${converged.p50} to ${converged.last} ms, in the status ${statusSays} ms`,
    ...Object.entries(cost.parts).map(([name, { cpu, peak }]) => `${name} ${cpu.toFixed(1)} s ${Math.round(peak)} MiB`),
  ].join(', ');

type Short = Pick<JoinFigures, 'converged' | 'statusSays' | 'cost'> & Partial<Pick<JoinFigures, 'connected'>>;
