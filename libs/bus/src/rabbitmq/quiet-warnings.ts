import { Logger } from '@nestjs/common';

const AT_MOST_EVERY_MS = 10_000;

/** Warnings that input can cause: one of a kind in ten seconds, with how many there were. */
export class QuietWarnings {
  private readonly logger = new Logger('RabbitMQ');
  private readonly kinds = new Map<string, { count: number; at: number }>();

  /** @param kind one of a few, chosen by us and never by what came in */
  warn(kind: string, error: unknown): void {
    const now = Date.now();
    const seen = this.kinds.get(kind) ?? { count: 0, at: -Infinity };
    seen.count++;
    this.kinds.set(kind, seen);
    if (now - seen.at < AT_MOST_EVERY_MS) return;
    // What Nest's filters make of an error is an object with a message, and no Error.
    const { message } = Object(error) as { message?: unknown };
    this.logger.warn(`${kind} (${seen.count} so far): ${String(message ?? error).slice(0, 500)}`);
    seen.at = now;
  }
}
