import type { HostStore } from '@nebula/store';
import { Logger } from '@nestjs/common';
import { HostForgetter } from './host-forgetter';
import type { StatusPublisher } from './status-publisher';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('the forgetter of hosts', () => {
  const START = new Date('2026-05-01T00:00:00Z');
  const forgetSilent = jest.fn<Promise<string[]>, [Date, number]>();
  const changed = jest.fn<void, [string[]]>();
  let forgetter: HostForgetter;

  function start(forgetAfterHours: number, random = 0): void {
    const options = { installation: 'test', forgetAfterHours };
    const hosts = { forgetSilent } as Partial<HostStore> as HostStore;
    const status = { changed } as Partial<StatusPublisher> as StatusPublisher;
    const now = () => new Date(Date.now());
    forgetter = new HostForgetter(hosts, status, options, now, () => random);
    forgetter.onApplicationBootstrap();
  }
  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    forgetSilent.mockReset().mockResolvedValue(['web']);
    changed.mockReset();
  });
  afterEach(() => {
    forgetter.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('forgets a page of those silent for too long, once a minute, and tells which apps it changed', async () => {
    start(168);
    await jest.advanceTimersByTimeAsync(5 * MINUTE);
    expect(forgetSilent.mock.calls).toEqual([[new Date(START.getTime() + 5 * MINUTE - 168 * HOUR), 1_000]]);
    expect(changed.mock.calls).toEqual([[['web']]]);
    await jest.advanceTimersByTimeAsync(10 * MINUTE);
    expect(forgetSilent).toHaveBeenCalledTimes(11);
  });

  it('gives hosts time to be heard again after the monitor itself was away', async () => {
    start(168);
    await jest.advanceTimersByTimeAsync(5 * MINUTE - 1);
    expect(forgetSilent).not.toHaveBeenCalled();
  });

  it('asks less often by chance, so that several monitors do not ask together', async () => {
    start(168, 0.999);
    await jest.advanceTimersByTimeAsync(7 * MINUTE);
    expect(forgetSilent).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(MINUTE);
    expect(forgetSilent).toHaveBeenCalledTimes(1);
  });

  it('goes on after the store was away', async () => {
    start(1);
    forgetSilent.mockRejectedValueOnce(new Error('away'));
    await jest.advanceTimersByTimeAsync(6 * MINUTE);
    expect(forgetSilent).toHaveBeenCalledTimes(2);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  it('forgets nobody when told never to', async () => {
    start(0);
    await jest.advanceTimersByTimeAsync(100 * HOUR);
    expect(forgetSilent).not.toHaveBeenCalled();
  });

  it('sets no new timer when it is ended while the store answers', async () => {
    start(1);
    let answer: (apps: string[]) => void = () => undefined;
    forgetSilent.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    await jest.advanceTimersByTimeAsync(5 * MINUTE);
    forgetter.onModuleDestroy();
    answer([]);
    await jest.advanceTimersByTimeAsync(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
