import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Milliseconds after which the last failure is the test's. */
  within?: number;
  /** Milliseconds between two tries. */
  every?: number;
}

/**
 * Tries until `probe` neither throws nor says false, and returns what it said. For conditions that come true by
 * themselves: tests never sleep for a fixed time.
 */
export async function eventually<T>(probe: () => T | Promise<T>, patience: Patience = {}): Promise<T> {
  const { within = 10_000, every = 50 } = patience;
  const until = performance.now() + within;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== false) return answer;
      if (performance.now() > until) throw new StillFalse(`still false after ${within} ms: ${probe}`);
    } catch (error) {
      if (error instanceof StillFalse || performance.now() > until) throw error;
    }
    await pause(every);
  }
}

class StillFalse extends Error {}
