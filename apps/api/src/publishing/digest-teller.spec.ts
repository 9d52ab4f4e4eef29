import type { BusState, ControlBus } from '@nebula/bus';
import { DomainError, type DigestMessage } from '@nebula/domain';
import type { AppStore, GroupStore } from '@nebula/store';
import { Logger } from '@nestjs/common';
import type { ApiOptions } from '../api-options';
import { DigestTeller } from './digest-teller';
import type { Publisher } from './publisher';

const generations = (...names: string[]) => names.map((name) => ({ name, generation: 1, deleted: false, apps: [] }));

/** A store of three apps, a group, and a deleted one of each. */
const storeOf = (live: string[], gone: string) =>
  ({
    list: async () => generations(...live),
    lastDeleted: async () => generations(gone),
    newestOf: async () => [],
  }) as object;

/** A bus that takes no digest of these scopes. */
function scene(refused: string[], state: BusState) {
  const told: string[] = [];
  let up: () => void = () => undefined;
  const bus = { onConnected: (listener: () => void) => (up = listener), state: () => state } as object as ControlBus;
  const intervals: unknown[] = [];
  const takes = { ms: 0 };
  const publish = async (_topic: string, { scope, intervalSeconds }: DigestMessage) => {
    intervals.push(intervalSeconds);
    if (takes.ms > 0) await new Promise((resolve) => setTimeout(resolve, takes.ms));
    const name = Object.values(scope).join();
    if (refused.includes(name)) throw new DomainError('unavailable', 'bus-away', 'Not taken.');
    told.push(name);
  };
  const apps = storeOf(['cache', 'db', 'web'], 'old') as AppStore;
  const groups = storeOf(['edge'], 'former') as GroupStore;
  const options = { digestIntervalSeconds: 1 } as ApiOptions;
  const teller = new DigestTeller(bus, apps, groups, { publish } as object as Publisher, options);
  return { told, teller, connected: () => up(), refused, intervals, takes };
}

describe('a round of digests', () => {
  let warn: jest.SpyInstance;
  beforeEach(() => {
    jest.useFakeTimers();
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(() => {
    warn.mockRestore();
    jest.useRealTimers();
  });

  it('must tell of apps, of all, of groups, and of what was deleted', async () => {
    const { told, teller } = scene([], 'up');
    teller.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['cache', 'db', 'web', 'true', 'edge', 'old', 'former']);
    expect(warn).not.toHaveBeenCalled();
    await teller.beforeApplicationShutdown();
  });

  it('must say with each how often it is told: a round of very many apps takes its time', async () => {
    const { teller, intervals, takes } = scene([], 'up');
    takes.ms = 2_000;
    teller.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(7 * 2_000);
    expect(intervals).toEqual(Array(7).fill(1));
    expect(teller.intervalSeconds).toBe(1 + 14);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(intervals[7]).toBe(15);
    const stopped = teller.beforeApplicationShutdown();
    await jest.advanceTimersByTimeAsync(7 * 2_000);
    await stopped;
  });

  it('must pass over one that is not taken, say so, and tell it in the next round', async () => {
    const { told, teller, refused } = scene(['cache', 'edge'], 'up');
    teller.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['db', 'web', 'true', 'old', 'former']);
    expect(warn).toHaveBeenCalledWith('2 digests not told before the next round: Not taken.');
    refused.length = 0;
    told.length = 0;
    await jest.advanceTimersByTimeAsync(1500);
    expect(told.slice(0, 7)).toEqual(['cache', 'db', 'web', 'true', 'edge', 'old', 'former']);
    expect(warn).toHaveBeenCalledTimes(1);
    await teller.beforeApplicationShutdown();
  });

  it('must end where the bus is away, and begin anew when it is back', async () => {
    const { told, teller, refused, connected } = scene(['db'], 'away');
    teller.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['cache']);
    refused.length = 0;
    connected();
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['cache', 'cache', 'db', 'web', 'true', 'edge', 'old', 'former']);
    await teller.beforeApplicationShutdown();
  });
});
