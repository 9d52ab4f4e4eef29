import { RuntimeError } from '../runtime-error';

/** The promise's result, or RuntimeError `aborted` as soon as `signal` aborts; what was asked for goes on all the same. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(new RuntimeError('aborted', 'aborted'));
  });
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
