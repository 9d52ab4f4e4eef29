import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/** How long what was published, and confirmed, may take until it is back here, ms. */
const PATIENCE_MS = 5_000;

/**
 * Whether what this program publishes to hosts comes back to it, by a queue of its own that is bound as theirs are. A broker
 * that lost its bindings confirms all the same what reaches nobody.
 */
export class Echo {
  /** What is sent carries it. */
  readonly id = randomUUID();
  private readonly logger = new Logger('RabbitMQ');
  private waiting?: NodeJS.Timeout;
  private isOut = false;
  private heardLast = true;

  /** @param canJudge asked when one did not come back: whether the bus is there at all */
  constructor(
    private readonly canJudge: () => boolean,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  get isHeard(): boolean {
    return this.heardLast;
  }

  /** Publishes one of ours. It comes by another connection than its confirm, and may be here before that. */
  async expect(publish: () => Promise<void>): Promise<void> {
    this.isOut = true;
    await publish();
    if (this.isOut) this.waiting ??= setTimeout(() => this.late(), this.patienceMs).unref();
  }

  /** @param id as a message that came carries it */
  came(id: unknown): void {
    if (id !== this.id) return;
    this.forget();
    if (!this.heardLast) this.logger.log('What is published to hosts comes back again');
    this.heardLast = true;
  }

  /** The queue is made anew: what was sent before does not come any more. */
  forget(): void {
    this.isOut = false;
    clearTimeout(this.waiting);
    this.waiting = undefined;
  }

  private late(): void {
    this.waiting = undefined;
    if (!this.canJudge()) return;
    if (this.heardLast) this.logger.warn('What is published to hosts reaches nobody: the broker lost its bindings');
    this.heardLast = false;
  }
}
