import { DomainError } from '@nebula/domain';
import { setTimeout as pause } from 'node:timers/promises';

/** Jittered: many may wait for the same store. */
const AGAIN_MS = 200;

/**
 * Reads, and reads again while the store is away: for whom an answer that comes a little later is much sooner than the
 * next question. Rejects as the last read did when the time is up, and at once with anything else than a store that is away.
 *
 * @param patienceMs no read begins after this
 */
export async function untilStoreAnswers<T>(
  read: () => Promise<T>,
  patienceMs: number,
  signal: AbortSignal,
): Promise<T> {
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isAway = error instanceof DomainError && error.code === 'store-away';
      if (!isAway || signal.aborted || performance.now() > until) throw error;
    }
    await pause(AGAIN_MS * (0.5 + Math.random()), undefined, { ref: false, signal }).catch(() => undefined);
  }
}
