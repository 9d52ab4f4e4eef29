import type { Rollout } from '../apps/app.dto';

/** Between two counts of one watch: reports of very many hosts come in together, and are one reason to count, not many. */
const REST_MS = 20;
/** And so many times what the count took, that of a large fleet leaves the store to those reports. */
const REST_FACTOR = 4;
/** At most; who waits for the end of it notices no more. */
const MOST_REST_MS = 1_000;

/** Several waiters for one rollout, who share each count. */
export class Watch {
  private readonly waiters = new Set<() => void>();
  private last: Rollout | undefined;
  private state: 'idle' | 'counting' | 'counting, and again' = 'idle';

  /** @param count how it stands; when it rejects, the next one may not */
  constructor(
    private readonly count: () => Promise<Rollout>,
    private readonly onIdle: () => void,
  ) {}

  /**
   * Resolves when no host converges any more, the time is up, or nobody waits for the answer.
   * @returns undefined when it could not be counted
   */
  async settled(milliseconds: number, gone: AbortSignal): Promise<Rollout | undefined> {
    await new Promise<void>((resolve) => {
      const leave = (): void => {
        clearTimeout(deadline);
        gone.removeEventListener('abort', leave);
        this.waiters.delete(leave);
        resolve();
      };
      const deadline = setTimeout(leave, milliseconds);
      gone.addEventListener('abort', leave);
      this.waiters.add(leave);
      if (gone.aborted) leave();
      else if (this.isSettled()) leave();
      else this.look();
    });
    if (this.waiters.size === 0) this.onIdle();
    return this.last;
  }

  /** Something may have changed: counts once, however often it is called meanwhile. */
  look(): void {
    if (this.state === 'idle') void this.run();
    else this.state = 'counting, and again';
  }

  /** Everybody goes with what is known. */
  end(): void {
    for (const leave of [...this.waiters]) leave();
  }

  private async run(): Promise<void> {
    this.state = 'counting';
    const began = performance.now();
    try {
      this.last = await this.count();
    } catch {
      // The change was accepted, whatever the counts: who waits is told nothing rather than an error.
    }
    if (this.isSettled()) this.end();
    const rest = Math.min(Math.max(REST_MS, REST_FACTOR * (performance.now() - began)), MOST_REST_MS);
    if (this.waiters.size > 0) await new Promise((resolve) => setTimeout(resolve, rest).unref());
    const again = this.isLookedForAgain();
    this.state = 'idle';
    if (again && this.waiters.size > 0) this.look();
  }

  private isLookedForAgain(): boolean {
    return this.state === 'counting, and again';
  }

  private isSettled(): boolean {
    return this.last?.converging === 0;
  }
}
