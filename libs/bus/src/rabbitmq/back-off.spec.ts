import { BackOff, pauseMs } from './back-off';

beforeEach(() => jest.useFakeTimers({ now: 0 }));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** Fails so often, each attempt taking this long. @returns the longest pause that could have come after each */
function failing(backOff: BackOff, times: number, ms: number): number[] {
  jest.spyOn(Math, 'random').mockReturnValue(1);
  return Array.from({ length: times }, () => {
    jest.advanceTimersByTime(ms);
    backOff.failed();
    jest.advanceTimersByTime(backOff.pause);
    return backOff.pause;
  });
}

describe('the pause before the next attempt', () => {
  it('is short when a broker refuses at once, however often', () => {
    expect(failing(new BackOff(1), 6, 10)).toEqual([1000, 2000, 4000, 4000, 4000, 4000]);
  });

  it('grows to a minute when attempts end without an answer', () => {
    const pauses = [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000];
    expect(failing(new BackOff(1), 7, 12_000)).toEqual(pauses);
  });

  it('gives attempts more time after slow ones', () => {
    const backOff = new BackOff(1);
    const patience = [0, 1, 1, 1].map((slow) => {
      failing(backOff, slow, 12_000);
      return backOff.patience;
    });
    expect(patience).toEqual([1, 2, 4, 4]);
    backOff.succeeded();
    expect(backOff.patience).toBe(1);
  });

  it('is short again when the broker refuses at last, and when it was there meanwhile', () => {
    const backOff = new BackOff(1);
    failing(backOff, 4, 12_000);
    expect(failing(backOff, 1, 10)).toEqual([4000]);
    backOff.succeeded();
    // An hour's connection that ends is no slow attempt.
    expect(failing(backOff, 1, 3_600_000)).toEqual([1000]);
  });

  it('grows once for all addresses of a broker', () => {
    expect(failing(new BackOff(3), 6, 10)).toEqual([500, 500, 1000, 1000, 1000, 2000]);
  });

  it('differs by three quarters for those who lost the same broker', () => {
    const pauses = Array.from({ length: 200 }, () => pauseMs(5, 5));
    expect(Math.min(...pauses)).toBeLessThan(14_000);
    expect(Math.max(...pauses)).toBeGreaterThan(26_000);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(8_000);
  });
});
