import { setTimeout as pause } from 'node:timers/promises';
import { type Cost, Meter } from './meter';
import type { Progress } from './progress';
import type { Stage } from './stage';

/** More than one report interval, and several heartbeats of each connection. */
const REST_MS = 20_000;

/** What it costs that the hosts are there, and nothing happens. */
export async function rest(stage: Stage, progress: Progress): Promise<Cost> {
  const meter = await Meter.start(stage);
  await progress.during(`${stage.pool.hosts.length} hosts at rest`, pause(REST_MS));
  return meter.stop();
}
