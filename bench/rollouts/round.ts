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
  const created = await engines.after(() => contestant.create(), 'start', perHost);
  const changed = await engines.after(() => contestant.change(String(++changes)), 'start', perHost);
  const ended = engines.times('die', changed.began);
  await engines.until('destroy', perHost, changed.began);
  const removed = await engines.after(() => contestant.remove(), 'destroy', perHost);
  const took = ({ began, at }: { began: number; at: number[][] }): number => Math.max(...at.flat()) - began;
  const gaps = changed.at.map((starts, host) => Math.max(...starts) - Math.min(...ended[host]!));
  return { create: took(created), change: took(changed), gap: Math.max(...gaps), remove: took(removed) };
}
