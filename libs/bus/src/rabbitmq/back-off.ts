const FIRST_MS = 500;
const LONGEST_MS = 4_000;

/**
 * How long to wait before the next attempt, ms: longer and longer, and never the same for two who lost the same broker in
 * the same instant.
 *
 * @param failures in a row, each of them for every address
 */
export function pauseMs(failures: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16)) * (0.25 + Math.random() * 0.75);
}
