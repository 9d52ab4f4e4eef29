import type { RolloutCounts } from '@nebula/domain';
import type { JoinFigures } from './figures';
import { Meter } from './meter';
import type { Watched } from './moments';
import type { Progress } from './progress';
import { spreadOf } from './quantiles';
import type { Stage } from './stage';
import { untilSaid } from './status';

export const PATIENCE_MS = 600_000;

/**
 * Starts so many hosts, all at once, and waits until each says that it runs what it should.
 * @param isCounted whether the api says so too; by default when all hosts that there are count as converged
 */
export async function join(
  stage: Stage,
  count: number,
  generation: number,
  progress: Progress,
  isCounted: (counts: RolloutCounts) => boolean = ({ converged }) => converged === stage.pool.hosts.length,
): Promise<JoinFigures> {
  const { pool, moments } = stage;
  const start = await progress.during(`processes for ${count} hosts`, pool.prepare(count));
  const meter = await Meter.start(stage);
  const at = Date.now();
  const names = start();
  const connected = moments.watch('connected', names);
  const answered = moments.watch('answered', names);
  const converged = moments.watch('converged', names, generation);
  const all = Promise.all([connected, answered, converged].map((watched) => watched.all(PATIENCE_MS)));
  const far = () => `${connected.count} connected, ${answered.count} answered, ${converged.count} converged`;
  await progress.during(`${count} hosts join`, all, far);
  const statusSays = await progress.during('until the api says so', untilSaid(stage, at, isCounted));
  return {
    hosts: count,
    ...spreads({ connected, answered, converged }, at),
    statusSays,
    mostInASecond: mostInASecond(connected.since(at)),
    cost: await meter.stop(),
  };
}

export function spreads<K extends string>(watched: Record<K, Watched>, at: number) {
  const entries = Object.entries(watched) as [K, Watched][];
  return Object.fromEntries(entries.map(([name, each]) => [name, spreadOf(each.since(at))])) as Record<
    K,
    ReturnType<typeof spreadOf>
  >;
}

/** How many of these moments fall into one second, at the most. */
export function mostInASecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let most = 0;
  for (let first = 0, last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! > 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
