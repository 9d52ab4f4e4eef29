const FIRST_MS = 500;
const LONGEST_MS = 4_000;
/** An attempt that took so long was not refused: the broker worked on it, and in vain. */
const SLOW_MS = 5_000;
const LONGEST_AFTER_SLOW_MS = 60_000;
/** Of the time that an attempt is given. */
const MOST_DOUBLINGS = 2;

/**
 * How long to wait before the next attempt, ms: longer and longer, and never the same for two who lost the same broker in
 * the same instant.
 *
 * @param failures in a row, each of them for every address
 * @param slow those of them that were slow, when the last one was. Thousands who ask a broker for more than it can do
 * would otherwise keep it at work on attempts that are given up already, for ever
 */
export function pauseMs(failures: number, slow = 0): number {
  const quick = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  const patient = slow === 0 ? 0 : Math.min(LONGEST_AFTER_SLOW_MS, 1_000 * 2 ** Math.min(slow, 16));
  return Math.max(quick, patient) * (0.25 + Math.random() * 0.75);
}

/** What failed since the broker was there, and how long the next attempt waits. */
export class BackOff {
  private failures = 0;
  private slow = 0;
  /** When the attempt began that is under way; none is while the broker is there. */
  private begunAt = performance.now();
  /** Before the next attempt, ms. */
  pause = pauseMs(0);

  /** @param addresses that are tried one after the other without a pause */
  constructor(private readonly addresses: number) {}

  failed(): void {
    const now = performance.now();
    const isSlow = now - this.begunAt >= SLOW_MS;
    this.failures++;
    if (isSlow) this.slow++;
    this.pause = pauseMs(Math.floor(this.failures / this.addresses), isSlow ? this.slow : 0);
    this.begunAt = now + this.pause;
  }

  /**
   * So many times the usual time is given to the attempt that comes: a broker that has too much to do gets to it, and one
   * that stood still goes on with it.
   */
  get patience(): number {
    return 2 ** Math.min(this.slow, MOST_DOUBLINGS);
  }

  succeeded(): void {
    this.failures = 0;
    this.slow = 0;
    this.begunAt = Infinity;
    this.pause = pauseMs(0);
  }
}
