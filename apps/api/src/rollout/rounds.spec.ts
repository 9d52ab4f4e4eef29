import { Rounds } from './rounds';

describe('the rounds of those who wait', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const waiter = () => ({ look: jest.fn() });

  it('must have each look once a round, one after the other', () => {
    const rounds = new Rounds(3000);
    const waiters = [waiter(), waiter(), waiter()];
    for (const each of waiters) rounds.join(each);
    jest.advanceTimersByTime(6000);
    expect(waiters.map(({ look }) => look.mock.calls.length).every((looks) => looks >= 1 && looks <= 3)).toBe(true);
  });

  it('must not look more often for a thousand than for thirty', () => {
    const rounds = new Rounds(3000);
    const waiters = Array.from({ length: 1000 }, waiter);
    for (const each of waiters) rounds.join(each);
    jest.advanceTimersByTime(10_000);
    const looks = waiters.reduce((sum, { look }) => sum + look.mock.calls.length, 0);
    expect(looks).toBeGreaterThan(60);
    expect(looks).toBeLessThanOrEqual(100);
  });

  it('must leave no timer behind the last one', () => {
    const rounds = new Rounds(200);
    const [one, two] = [waiter(), waiter()];
    rounds.join(one);
    rounds.join(two);
    rounds.leave(one);
    jest.advanceTimersByTime(1000);
    expect(one.look).not.toHaveBeenCalled();
    expect(two.look).toHaveBeenCalled();
    rounds.leave(two);
    expect(jest.getTimerCount()).toBe(0);
    rounds.join(one);
    jest.advanceTimersByTime(200);
    expect(one.look).toHaveBeenCalledTimes(1);
  });
});
