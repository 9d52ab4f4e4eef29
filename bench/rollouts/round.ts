import type { Contestant } from './contestant';
import type { MeasuredEngines } from './measured-engines';

/** One life of the containers, in ms. */
export interface Round {
  /** From the call until the last container of the last host ran. */
  create: number;
  /** From the call until the last of the new ones ran. */
  change: number;
  /** Of the host where it was longest: from the first old container's end until the last new one ran. */
  gap: number;
  /** From the call until the last container was gone. */
  remove: number;
}

let changes = 0;

/** @param perHost containers that are to be on each */
export async function roundOf(contestant: Contestant, engines: MeasuredEngines, perHost: number): Promise<Round> {
  const step = async (call: () => Promise<unknown>, awaited: string) => {
    await engines.untilStill();
    const began = Date.now();
    const [times] = await Promise.all([engines.until(awaited, perHost, began), call()]);
    return { began, times, took: Math.max(...times.flat()) - began };
  };
  const created = await step(() => contestant.create(), 'start');
  const changed = await step(() => contestant.change(String(++changes)), 'start');
  const ended = engines.times('die', changed.began);
  await engines.until('destroy', perHost, changed.began);
  const removed = await step(() => contestant.remove(), 'destroy');
  const gaps = changed.times.map((starts, host) => Math.max(...starts) - Math.min(...ended[host]!));
  return { create: created.took, change: changed.took, gap: Math.max(...gaps), remove: removed.took };
}
