import { LastSeen } from './last-seen';

describe('what was seen last', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('must be the very generation of that name', () => {
    const seen = new LastSeen();
    seen.add('web', 7);
    expect(seen.isFresh('web', 7)).toBe(true);
    expect([seen.isFresh('web', 6), seen.isFresh('web', 8), seen.isFresh('db', 7)]).toEqual([false, false, false]);
  });

  it('must be taken for the newest of now for a moment only', () => {
    const seen = new LastSeen();
    seen.add('web', 7);
    jest.advanceTimersByTime(249);
    expect(seen.isFresh('web', 7)).toBe(true);
    jest.advanceTimersByTime(1);
    expect(seen.isFresh('web', 7)).toBe(false);
    expect([seen.generation('web'), seen.generation('db')]).toEqual([7, undefined]);
  });

  it('must not grow with the number of names', () => {
    const seen = new LastSeen();
    for (let i = 0; i < 10_001; i++) seen.add(`app-${i}`, 1);
    expect([seen.isFresh('app-0', 1), seen.isFresh('app-10000', 1)]).toEqual([false, true]);
  });
});
