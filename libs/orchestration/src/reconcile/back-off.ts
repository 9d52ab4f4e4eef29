import type { Clock } from './clock';

const FIRST_MS = 1000;
const MOST_MS = 60_000;

/** The pause before the next try after so many failures in a row: doubling, jittered so that hosts don't move in step. */
export function backOff(failures: number, clock: Clock): number {
  const pause = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return pause * (0.5 + clock.random() / 2);
}

/** `ms`, ten per cent more or less. */
export const jittered = (ms: number, clock: Clock): number => ms * (0.9 + clock.random() * 0.2);
