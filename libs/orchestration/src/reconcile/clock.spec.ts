import { SystemClock } from './clock';

describe('the clock of the system', () => {
  const clock = new SystemClock();

  it('gives time that never goes back, the time of day, and chance', () => {
    const before = clock.now();
    expect(clock.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(clock.date().getTime() - Date.now())).toBeLessThan(1000);
    expect(clock.random()).toBeGreaterThanOrEqual(0);
    expect(clock.random()).toBeLessThan(1);
  });

  it('calls back once, and not when it was called off', async () => {
    const called: string[] = [];
    clock.after(1, () => called.push('off'))();
    await new Promise<void>((resolve) => {
      clock.after(5, () => {
        called.push('on');
        resolve();
      });
    });
    expect(called).toEqual(['on']);
  });

  it('does not call at once for a time that is longer than timers can be', () => {
    jest.useFakeTimers();
    const called = jest.fn();
    clock.after(2 ** 40, called);
    jest.advanceTimersByTime(1_000_000);
    expect(called).not.toHaveBeenCalled();
    jest.useRealTimers();
  });
});
