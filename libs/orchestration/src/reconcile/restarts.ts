import type { ObservedContainer } from '../runtime';

/** Since when containers are restarting without anything of them having run. */
export class Restarts {
  /** By how each ended last. */
  private readonly known = new Map<string, { ended: string; since: number }>();

  constructor(private readonly clock: { now(): number }) {}

  /** @returns undefined: it is not restarting */
  since(containerId: string): number | undefined {
    return this.known.get(containerId)?.since;
  }

  take({ id, state, finishedAt, restartCount }: ObservedContainer): void {
    const ended = `${finishedAt} ${restartCount}`;
    if (state !== 'restarting') this.known.delete(id);
    else if (this.known.get(id)?.ended !== ended) this.known.set(id, { ended, since: this.clock.now() });
  }

  drop(containerId: string): void {
    this.known.delete(containerId);
  }
}
