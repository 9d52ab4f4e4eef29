import { delayOf, Failures } from './failures';

describe('failures', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('must cost nothing at first, then more and more, up to a bound', () => {
    expect([1, 3, 4, 5, 6, 100, 5000].map(delayOf)).toEqual([0, 0, 200, 400, 800, 5000, 5000]);
  });

  const failTimes = async (failures: Failures, times: number, user: string, address: string) => {
    for (let i = 0; i < times; i++) void failures.held(user, address);
    await Promise.resolve();
  };
  const isHeld = async (answer: Promise<boolean>) => {
    const told = jest.fn();
    void answer.then(told);
    await jest.advanceTimersByTimeAsync(100);
    return told.mock.calls.length === 0;
  };

  it('must be counted by user and address: neither another user nor another address is held back', async () => {
    const failures = new Failures();
    await failTimes(failures, 4, 'u', '10.0.0.1');
    expect(await isHeld(failures.held('u', '10.0.0.1'))).toBe(true);
    expect(await isHeld(failures.held('other', '10.0.0.1'))).toBe(false);
    expect(await isHeld(failures.held('u', '10.0.0.2'))).toBe(false);
    failures.end();
  });

  it('must count the addresses of one IPv6 network as one, and no other', async () => {
    const failures = new Failures();
    await failTimes(failures, 4, 'u', '2001:db8:1:2::1');
    expect(await isHeld(failures.held('u', '2001:db8:1:2:ffff::7'))).toBe(true);
    expect(await isHeld(failures.held('u', '2001:db8:1:3::1'))).toBe(false);
    await failTimes(failures, 4, 'u', '::ffff:10.0.0.1');
    expect(await isHeld(failures.held('u', '::ffff:10.0.0.2'))).toBe(false);
    failures.end();
  });

  it('must be forgotten after a while', async () => {
    let now = 0;
    const failures = new Failures(() => now);
    await failTimes(failures, 10, 'u', 'a');
    now += 15 * 60_000;
    expect(await isHeld(failures.held('u', 'a'))).toBe(false);
    failures.end();
  });

  it('must hold back only so many answers at once, and let all go in the end', async () => {
    const failures = new Failures();
    const answers = Array.from({ length: 3 + 8 }, () => failures.held('u', 'a'));
    expect(await failures.held('u', 'a')).toBe(false);
    failures.end();
    expect(await Promise.all(answers)).toEqual(answers.map(() => true));
    expect(jest.getTimerCount()).toBe(0);
  });

  it('must not remember more than so many', async () => {
    const failures = new Failures();
    await failTimes(failures, 4, 'first', 'a');
    for (let i = 0; i < 10_000; i++) void failures.held(`user ${i}`, 'a');
    expect(await isHeld(failures.held('first', 'a'))).toBe(false);
    failures.end();
  });
});
