/** Of an api that does not say how often it tells its digests. */
const DEFAULT_SECONDS = 30;
const LEAST_SECONDS = 1;
const MOST_SECONDS = 86_400;

/**
 * How often digests are told, as a message says it, ms. What it does not say, or says with no sense, is the default: a
 * neighbour may be older or newer, and no message is refused for it.
 */
export function digestIntervalMs(seconds: unknown): number {
  const isGood = typeof seconds === 'number' && seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS;
  return (isGood ? seconds : DEFAULT_SECONDS) * 1000;
}
