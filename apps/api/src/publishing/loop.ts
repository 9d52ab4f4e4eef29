const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

/**
 * Runs a task again and again: about every interval, sooner when woken, and after a failure with a growing back-off.
 * Every pause is jittered, so that replicas that started together do not stay together. One run at a time.
 */
export class Loop {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private failures = 0;
  private again = false;
  private ended = false;

  /** @param onError told of each failure; the loop goes on */
  constructor(
    private readonly intervalMs: number,
    private readonly task: () => Promise<void>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** The first run is at once. */
  start(): void {
    this.run();
  }

  /** Runs soon: at once, or when the back-off of the last failure is over. */
  wake(): void {
    if (this.running) this.again = true;
    else if (this.failures === 0) this.run();
  }

  /** Runs at once: what it failed for is over. */
  retry(): void {
    this.failures = 0;
    this.wake();
  }

  /** No run begins any more; resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private run(): void {
    if (this.ended || this.running) return;
    clearTimeout(this.timer);
    this.again = false;
    this.running = this.attempt().finally(() => {
      this.running = undefined;
      if (!this.ended) this.timer = setTimeout(() => this.run(), this.pause()).unref();
    });
  }

  private async attempt(): Promise<void> {
    try {
      await this.task();
      this.failures = 0;
    } catch (error) {
      this.failures++;
      this.onError(error);
    }
  }

  private pause(): number {
    const jitter = 0.5 + Math.random();
    if (this.failures > 0) return Math.min(FIRST_RETRY_MS * 2 ** (this.failures - 1), MAX_RETRY_MS) * jitter;
    return this.again ? 0 : this.intervalMs * jitter;
  }
}
