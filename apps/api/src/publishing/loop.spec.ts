import { Loop } from './loop';

describe('a loop', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('must run at once, and again after about its interval', async () => {
    const task = jest.fn(async () => undefined);
    const loop = new Loop(1000, task, jest.fn());
    loop.start();
    expect(task).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(499);
    expect(task).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1002);
    expect(task.mock.calls.length).toBeGreaterThanOrEqual(2);
    await loop.stop();
  });

  it('must try again after a failure, later and later, and tell of each', async () => {
    const onError = jest.fn();
    const task = jest.fn(() => Promise.reject(new Error('no')));
    const loop = new Loop(1e9, task, onError);
    loop.start();
    await jest.advanceTimersByTimeAsync(60_000);
    // Back-off of 0.2, 0.4 … 5 seconds, each times 0.5 to 1.5.
    expect(task.mock.calls.length).toBeGreaterThan(9);
    expect(task.mock.calls.length).toBeLessThan(32);
    expect(onError).toHaveBeenCalledTimes(task.mock.calls.length);
    await loop.stop();
  });

  it('must run once more when it is woken meanwhile, and never twice at a time', async () => {
    let running = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const task = jest.fn(async () => {
      expect(++running).toBe(1);
      await promise;
      running--;
    });
    const loop = new Loop(1e9, task, jest.fn());
    loop.start();
    loop.wake();
    loop.wake();
    resolve();
    await jest.advanceTimersByTimeAsync(1);
    expect(task).toHaveBeenCalledTimes(2);
    await loop.stop();
  });

  it('must not let waking shorten its back-off', async () => {
    const task = jest.fn(() => Promise.reject(new Error('no')));
    const loop = new Loop(1e9, task, jest.fn());
    loop.start();
    await jest.advanceTimersByTimeAsync(50);
    loop.wake();
    expect(task).toHaveBeenCalledTimes(1);
    await loop.stop();
  });

  it('must not wait when what it failed for is over', async () => {
    let isAway = true;
    const task = jest.fn(async () => {
      if (isAway) throw new Error('away');
    });
    const loop = new Loop(1e9, task, jest.fn());
    loop.start();
    await jest.advanceTimersByTimeAsync(30_000);
    const before = task.mock.calls.length;
    isAway = false;
    loop.retry();
    expect(task).toHaveBeenCalledTimes(before + 1);
    await loop.stop();
  });

  it('must end with the run that is under way, and leave no timer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const loop = new Loop(1, () => promise, jest.fn());
    loop.start();
    const stopped = jest.fn();
    const end = loop.stop().then(stopped);
    await jest.advanceTimersByTimeAsync(100);
    expect(stopped).not.toHaveBeenCalled();
    resolve();
    await end;
    loop.wake();
    expect(jest.getTimerCount()).toBe(0);
  });
});
