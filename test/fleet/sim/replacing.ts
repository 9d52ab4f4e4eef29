import type { ReplacementFigures } from './figures';
import { join } from './joining';
import type { Progress } from './progress';
import { APP, type Stage } from './stage';
import { untilCounted } from './status';
import { leftOfHosts, storeSize } from './store-size';

/** Of calls that forget a host. */
const AT_A_TIME = 8;

/** Half of the hosts go without a word, as many others come, and the old ones are forgotten. */
export async function replaceHalf(stage: Stage, generation: number, progress: Progress): Promise<ReplacementFigures> {
  const { pool, mongo, api } = stage;
  const total = pool.hosts.length;
  const storeBefore = await storeSize(mongo.url, mongo.database);
  const gone = await pool.kill(Math.floor(total / 2));
  // The api still counts the old ones: its word is waited for below, when they are silent.
  const joined = await join(stage, gone.length, generation, progress, ({ hosts, converging }) =>
    hosts === total + gone.length ? converging === 0 : false,
  );
  const silent = untilCounted(stage, (counts) => counts.silent === gone.length && counts.converged === total, 1000);
  const beforeForgetting = await progress.during(`until ${gone.length} hosts are silent`, silent);
  const since = performance.now();
  const known = [...gone];
  const forgetSome = async () => {
    for (let id = known.pop(); id !== undefined; id = known.pop()) await api.forgetHost(id);
  };
  const forgetAll = Promise.all(Array.from({ length: AT_A_TIME }, forgetSome));
  await progress.during(`${gone.length} hosts are forgotten`, forgetAll, () => `${known.length} left`);
  const forgetting = Math.round(performance.now() - since);
  const afterForgetting = await api.counts(APP);
  const storeAfter = await storeSize(mongo.url, mongo.database);
  const left = await leftOfHosts(mongo.url, mongo.database, gone);
  const counts = { beforeForgetting, afterForgetting };
  return { gone: gone.length, left, join: joined, ...counts, forgetting, storeBefore, storeAfter };
}
