import { RuntimeError } from '../runtime-error';
import { toRuntimeError } from './docker-errors';

/** Milliseconds. A stop has its grace on top, and time for the Engine to end a thousand at once. */
export const LIMITS_MS = { call: 30_000, stop: 120_000, pullSilence: 60_000 } as const;

/**
 * A call of the Engine that ends in time: `away` when the limit is over, `aborted` when the caller aborts. The result is
 * raced, not only aborted: an Engine that dies in the middle of an answer leaves dockerode waiting for ever.
 * @throws RuntimeError only
 */
export async function withLimit<T>(
  limitMs: number,
  call: (abortSignal: AbortSignal) => Promise<T>,
  caller?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  let end: (error: RuntimeError) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = (error) => {
      reject(error);
      controller.abort();
    };
  });
  const onAbort = () => end(new RuntimeError('aborted', 'aborted'));
  const timer = setTimeout(() => end(new RuntimeError('away', `no answer within ${limitMs / 1000} s`)), limitMs);
  if (caller?.aborted) onAbort();
  caller?.addEventListener('abort', onAbort);
  try {
    return await Promise.race([ended, call(controller.signal)]);
  } catch (error) {
    throw toRuntimeError(error);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onAbort);
  }
}
