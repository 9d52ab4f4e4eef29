import { JustSeen } from './just-seen';

describe('what was just seen', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('must be the very generation of that name', () => {
    const seen = new JustSeen();
    seen.add('web', 7);
    expect(seen.has('web', 7)).toBe(true);
    expect([seen.has('web', 6), seen.has('web', 8), seen.has('db', 7)]).toEqual([false, false, false]);
  });

  it('must not be believed for long', () => {
    const seen = new JustSeen();
    seen.add('web', 7);
    jest.advanceTimersByTime(249);
    expect(seen.has('web', 7)).toBe(true);
    jest.advanceTimersByTime(1);
    expect(seen.has('web', 7)).toBe(false);
  });

  it('must not grow with the number of names', () => {
    const seen = new JustSeen();
    for (let i = 0; i < 1_001; i++) seen.add(`app-${i}`, 1);
    expect([seen.has('app-0', 1), seen.has('app-1000', 1)]).toEqual([false, true]);
  });
});
