import type { ChangeFigures } from './figures';
import { PATIENCE_MS } from './joining';
import { Meter } from './meter';
import type { Progress } from './progress';
import { spreadOf } from './quantiles';
import { APP, type Stage } from './stage';
import { untilSaid } from './status';

interface OneChange {
  accepted: number;
  replaced: number[];
  converged: number[];
  statusSays: number;
}

/** Changes the app again and again, each time when all hosts have the one before. @param generation the newest now */
export async function change(stage: Stage, generation: number, progress: Progress): Promise<ChangeFigures> {
  const { options, pool, apis } = stage;
  const all: OneChange[] = [];
  const meter = await Meter.start(stage);
  for (let next = 1; next <= options.changes; next++) {
    const what = `change ${next} of ${options.changes} on ${pool.hosts.length} hosts`;
    all.push(await changeOnce(stage, generation + next, what, progress));
  }
  const cost = await meter.stop();
  const { app, group } = cost.published;
  const last = (of: 'replaced' | 'converged') => spreadOf(all.map((each) => Math.max(...each[of])));
  return {
    hosts: pool.hosts.length,
    changes: all.length,
    accepted: spreadOf(all.map(({ accepted }) => accepted)),
    replaced: spreadOf(all.flatMap(({ replaced }) => replaced)),
    converged: spreadOf(all.flatMap(({ converged }) => converged)),
    lastReplaced: last('replaced'),
    lastConverged: last('converged'),
    statusSays: spreadOf(all.map(({ statusSays }) => statusSays)),
    publishesPerChange: (app.messages + group.messages) / all.length,
    publishedBytesPerChange: Math.round((app.bytes + group.bytes) / all.length),
    heap: await apis[0]!.heap(),
    cost,
  };
}

async function changeOnce(stage: Stage, generation: number, what: string, progress: Progress): Promise<OneChange> {
  const { moments, pool, api } = stage;
  const replaced = moments.watch('replaced', pool.hosts, generation);
  const converged = moments.watch('converged', pool.hosts, generation);
  const at = Date.now();
  const told = await api.change(APP, String(generation));
  const accepted = Date.now() - at;
  if (told !== generation) throw new Error(`generation ${told} where ${generation} was to come`);
  const done = Promise.all([replaced.all(PATIENCE_MS), converged.all(PATIENCE_MS)]);
  await progress.during(what, done, () => `${replaced.count} replaced, ${converged.count} converged`);
  const said = untilSaid(stage, at, (counts) => counts.converged === pool.hosts.length);
  const statusSays = await progress.during(`${what}: until the api says so`, said);
  return { accepted, replaced: replaced.since(at), converged: converged.since(at), statusSays };
}
