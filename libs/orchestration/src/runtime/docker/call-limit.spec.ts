import { RuntimeError } from '../runtime-error';
import { withLimit } from './call-limit';

const stalled =
  (seen: AbortSignal[] = []) =>
  (signal: AbortSignal) => {
    seen.push(signal);
    return new Promise<never>(() => undefined);
  };

describe('a call with a limit', () => {
  it('gives its result', async () => {
    expect(await withLimit(1000, () => Promise.resolve(5))).toBe(5);
  });

  it('is `away` when nothing comes in time, and is aborted then', async () => {
    const signals: AbortSignal[] = [];
    await expect(withLimit(20, stalled(signals))).rejects.toMatchObject({
      code: 'away',
      message: 'no answer within 0.02 s',
    });
    expect(signals[0]!.aborted).toBe(true);
  });

  it('is `aborted` when its caller aborts, before or in the middle', async () => {
    const signals: AbortSignal[] = [];
    const caller = new AbortController();
    const call = withLimit(10_000, stalled(signals), caller.signal);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect(signals[0]!.aborted).toBe(true);
    await expect(withLimit(10_000, stalled(), caller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('throws nothing but RuntimeError', async () => {
    const error = Object.assign(new Error('connect ENOENT'), { code: 'ENOENT' });
    await expect(withLimit(1000, () => Promise.reject(error))).rejects.toBeInstanceOf(RuntimeError);
  });
});
