import { digestIntervalMs } from './digest-interval';

describe('the time between two digests', () => {
  it.each([
    [1, 1_000],
    [3.5, 3_500],
    [86_400, 86_400_000],
  ])('is what is said: %d s', (seconds, ms) => expect(digestIntervalMs(seconds)).toBe(ms));

  it.each([undefined, null, 0, -5, 0.001, 86_401, Infinity, NaN, '10', {}, [10]])(
    'is half a minute where nothing of sense is said: %p',
    (seconds) => expect(digestIntervalMs(seconds)).toBe(30_000),
  );
});
