import type { LastEnd } from './history';

/** A container that ended and came back is believed when it has run for twice its last life, within these bounds, ms. */
const LEAST_MS = 10_000;
/** Also what is a life worth the name: who ends once a day is not called failed for a day. */
export const MOST_MS = 60_000;

/** Until when (plan's time) a container counts as one that comes back again and again; undefined: it does not. */
export function doubtedUntil(end: LastEnd | undefined, runningSince: number | undefined): number | undefined {
  if (!end || end.returns === 0) return undefined;
  if (runningSince === undefined) return Infinity;
  return runningSince + Math.min(MOST_MS, Math.max(LEAST_MS, 2 * end.livedMs));
}
