import { setTimeout as pause } from 'node:timers/promises';
import type { SimApi } from './sim-api';
import { APP, type Stage } from './stage';

type Counts = Awaited<ReturnType<SimApi['counts']>>;

const PATIENCE_MS = 600_000;
/** Each look costs the store, and what is looked for is not the speed of looking. */
const LOOK_EVERY_MS = 200;
/** So many times what a look took is rested after it, as the api does where somebody waits. */
const REST_FACTOR = 4;

/** Resolves when the api says so, to the time that it took from then; at once where nobody waits for statuses. */
export async function untilSaid(stage: Stage, at: number, isSo: (counts: Counts) => boolean): Promise<number> {
  if (stage.options.awaitsStatus) await untilCounted(stage, isSo);
  return Date.now() - at;
}

/** Resolves to what the api says of the app as soon as it is as wished. */
export async function untilCounted(
  stage: Stage,
  isSo: (counts: Counts) => boolean,
  everyMs = LOOK_EVERY_MS,
): Promise<Counts> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const began = performance.now();
    const counts = await stage.api.counts(APP);
    if (isSo(counts)) return counts;
    if (performance.now() > until) throw new Error(`the api still says ${JSON.stringify(counts)}`);
    await pause(Math.max(everyMs, REST_FACTOR * (performance.now() - began)));
  }
}
