import { Logger } from '@nestjs/common';

const LOG_EVERY_MS = 60_000;

/** Counts what went wrong, by reason, and logs it: the first at once, then sums, once a minute at most. */
export class Tally {
  /** Since the start. */
  readonly counts: Record<string, number> = {};
  private readonly unlogged = new Map<string, number>();
  private loggedAt = -Infinity;

  constructor(
    private readonly logger: Logger,
    private readonly what: string,
  ) {}

  /** @param reason one of a few: every one has a counter of its own */
  count(reason: string, detail: string): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    this.unlogged.set(reason, (this.unlogged.get(reason) ?? 0) + 1);
    const now = performance.now();
    if (now - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = now;
    const sums = [...this.unlogged].map(([each, count]) => `${count} ${each}`).join(', ');
    this.unlogged.clear();
    this.logger.warn(`${this.what}: ${sums}; the last one: ${detail}`);
  }
}
