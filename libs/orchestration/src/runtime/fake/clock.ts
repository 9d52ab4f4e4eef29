import { setImmediate as turn } from 'node:timers/promises';

/** Time as the scripted machine feels it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** @returns what calls it off. It holds no process up. */
  after(ms: number, action: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

interface Due {
  at: number;
  action: () => void;
}

/** A clock that stands still until it is told to go on: nothing in a test waits for real time. */
export class VirtualClock implements Clock {
  private readonly due = new Set<Due>();

  constructor(private time = Date.UTC(2030, 0, 1)) {}

  now(): number {
    return this.time;
  }

  after(ms: number, action: () => void): () => void {
    const entry = { at: this.time + ms, action };
    this.due.add(entry);
    return () => void this.due.delete(entry);
  }

  /** Lets this much time pass; what falls due happens in order, and what waits for it has its turn in between. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (let next = this.next(end); next; next = this.next(end)) {
      this.due.delete(next);
      this.time = next.at;
      next.action();
      await turn();
    }
    this.time = end;
  }

  private next(end: number): Due | undefined {
    let first: Due | undefined;
    for (const entry of this.due) if (entry.at <= end && (!first || entry.at < first.at)) first = entry;
    return first;
  }
}

/** Ends after `ms`, or at once when `signal` aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      callOff();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const callOff = clock.after(ms, done);
    signal?.addEventListener('abort', done);
  });
}
