import { availableParallelism, loadavg } from 'node:os';
import { eventually } from '../../live/support/eventually';
import { differencesOf } from './expectations';
import { Broken, mustHold } from './fault';
import { type Picture, takePicture } from './pictures';
import { endedByThemselves, type Processes, processesOf } from './processes';
import type { Scene } from './scene';
import { statusDifferences } from './statuses';
import { unneeded } from './stillness';

/** The promise: from the last repair to the last host that runs what was accepted. */
const CONVERGED_WITHIN_MS = 10_000;
/** As programs have it that are told nothing else. */
const DIGEST_INTERVAL_MS = 30_000;
/** Of a processor, by which this machine is busy with other things than the fleet. */
const FLEETS_OWN_LOAD = 4;
/** How much longer it is watched, to tell late from never. */
const WATCHED_FOR_MS = 60_000;
/**
 * Until nobody is silent any more, and a monitor that was killed heard all hosts again. Reports of a worker's former start
 * that come again look like another host of that id, and are told as such for a minute.
 */
const TOLD_WITHIN_MS = 90_000;

/** What there was before a fault. */
export interface Surroundings {
  picture: Picture;
  processes: Processes;
}

export const lookAround = async ({ fleet, hosts }: Scene): Promise<Surroundings> => ({
  picture: await takePicture(hosts),
  processes: processesOf(fleet),
});

/**
 * Waits until every host runs what was last accepted. @returns milliseconds
 * @param since by performance.now()
 * @param intervals of digests that it is watched longer
 */
export async function converge({ hosts, record }: Scene, since: number, intervals = 0): Promise<number> {
  let differences: string[] = [];
  const isRight = async (): Promise<boolean> => {
    differences = differencesOf(await takePicture(hosts), record.wanted);
    return differences.length === 0;
  };
  const watchedForMs = WATCHED_FOR_MS + intervals * DIGEST_INTERVAL_MS;
  const within = Math.max(0, since + watchedForMs - performance.now());
  const everRight = await eventually(isRight, { within, every: 100 }).catch(() => false);
  const took = performance.now() - since;
  if (!everRight)
    throw new Broken(`every host runs what was last accepted: not within ${watchedForMs} ms`, differences);
  return took;
}

/** Longer on a machine that is so busy that everything takes longer, a worker's start above all. */
export function patienceMs(intervals = 0): number {
  const load = Number(loadavg()[0]) / availableParallelism();
  return CONVERGED_WITHIN_MS * Math.max(1, load / FLEETS_OWN_LOAD) + intervals * DIGEST_INTERVAL_MS;
}

/** What must hold besides. Excuses and touched apps are taken from the scene. */
export async function checkAll(scene: Scene, before: Surroundings): Promise<void> {
  const { fleet, client, record } = scene;
  const excuses = { ...scene.takeExcuses(), apps: record.takeTouched() };
  mustHold('nothing that was accepted is lost', record.differences(await client.apps(), await client.group()));
  const now = await lookAround(scene);
  mustHold('hosts stay as they should be', differencesOf(now.picture, record.wanted));
  mustHold('nothing is started again, removed or touched without need', unneeded(before.picture, now.picture, excuses));
  mustHold('no program ends by itself', endedByThemselves(before.processes, processesOf(fleet), excuses.programs));
}

/** Waits until the API tells that all is well. @returns milliseconds */
export async function untilTold(scene: Scene): Promise<number> {
  const since = performance.now();
  let differences: string[] = [];
  const isTold = async (): Promise<boolean> => {
    differences = await statusDifferences(scene);
    return differences.length === 0;
  };
  const told = await eventually(isTold, { within: TOLD_WITHIN_MS, every: 250 }).catch(() => false);
  if (!told) throw new Broken(`the status says that all is well: not within ${TOLD_WITHIN_MS} ms`, differences);
  return performance.now() - since;
}
