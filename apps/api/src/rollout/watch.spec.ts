import { Watch } from './watch';

const counts = (converging: number) => ({
  hosts: 3,
  converged: 3 - converging,
  converging,
  waiting: 0,
  failed: 0,
  silent: 0,
});

describe('a watch', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const never = new AbortController().signal;

  it('must end as soon as nothing converges, and close behind its last waiter', async () => {
    const closed = jest.fn();
    let converging = 1;
    const watch = new Watch(async () => counts(converging), closed);
    const answers = [watch.settled(30_000, never), watch.settled(30_000, never)];
    await jest.advanceTimersByTimeAsync(1000);
    converging = 0;
    watch.look();
    await jest.advanceTimersByTimeAsync(0);
    expect(await Promise.all(answers)).toEqual([counts(0), counts(0)]);
    expect(closed).toHaveBeenCalled();
    expect(jest.getTimerCount()).toBeLessThanOrEqual(1);
  });

  it('must count once for very many reasons to look', async () => {
    const count = jest.fn(async () => counts(1));
    const watch = new Watch(count, jest.fn());
    const answer = watch.settled(1000, never);
    for (let i = 0; i < 1000; i++) watch.look();
    await jest.advanceTimersByTimeAsync(19);
    expect(count).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(count).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(1000);
    await answer;
  });

  it('must rest the longer the longer it counts, and a second at most', async () => {
    let takes = 100;
    const count = jest.fn(() => new Promise<ReturnType<typeof counts>>((done) => setTimeout(done, takes, counts(1))));
    const watch = new Watch(count, jest.fn());
    const answer = watch.settled(10_000, never);
    watch.look();
    await jest.advanceTimersByTimeAsync(100 + 399);
    expect(count).toHaveBeenCalledTimes(1);
    takes = 2_000;
    await jest.advanceTimersByTimeAsync(1);
    expect(count).toHaveBeenCalledTimes(2);
    watch.look();
    await jest.advanceTimersByTimeAsync(2_999);
    expect(count).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(count).toHaveBeenCalledTimes(3);
    await jest.advanceTimersByTimeAsync(10_000);
    await answer;
  });

  it('must let go who does not wait any more, at once', async () => {
    const closed = jest.fn();
    const watch = new Watch(async () => counts(1), closed);
    const gone = new AbortController();
    const answer = watch.settled(30_000, gone.signal);
    gone.abort();
    await answer;
    expect(closed).toHaveBeenCalled();
    expect(await new Watch(async () => counts(1), jest.fn()).settled(30_000, gone.signal)).toBeUndefined();
  });

  it('must outlive counts that fail, and know nothing when none succeeded', async () => {
    let away = true;
    const count = async () => {
      if (away) throw new Error('away');
      return counts(0);
    };
    const hopeless = new Watch(count, jest.fn()).settled(1000, never);
    await jest.advanceTimersByTimeAsync(1000);
    expect(await hopeless).toBeUndefined();
    const watch = new Watch(count, jest.fn());
    const patient = watch.settled(5000, never);
    await jest.advanceTimersByTimeAsync(600);
    away = false;
    watch.look();
    await jest.advanceTimersByTimeAsync(500);
    expect(await patient).toEqual(counts(0));
  });
});
