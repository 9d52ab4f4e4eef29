import { toLimits } from './to-limits';

const others = (hostConfig: object) => toLimits({ Memory: 1000, ...hostConfig }).others;

describe('the limits of a container', () => {
  it('are none where nothing is said', () => {
    expect(toLimits({})).toEqual({ nanoCpus: 0, memory: 0, restartPolicy: 'no', others: [] });
  });

  it('are those that we set', () => {
    const set = { NanoCpus: 5, Memory: 6, RestartPolicy: { Name: 'always' } };
    expect(toLimits(set)).toMatchObject({ nanoCpus: 5, memory: 6, restartPolicy: 'always' });
  });

  it.each([
    { MemorySwap: 2000 },
    { MemorySwap: -1 },
    { MemorySwap: 0 },
    { PidsLimit: null, CpuShares: 0, CpusetCpus: '', MemorySwappiness: -1 },
    { PidsLimit: -1 },
    { KernelMemory: 0, BlkioWeight: 0 },
  ])('show nothing of what Docker sets by itself: %p', (hostConfig) => expect(others(hostConfig)).toEqual([]));

  it.each([
    [{ CpuShares: 512 }, ['CpuShares']],
    [{ CpusetCpus: '0', CpusetMems: '0' }, ['CpusetCpus', 'CpusetMems']],
    [{ PidsLimit: 10 }, ['PidsLimit']],
    [{ MemorySwap: 3000 }, ['MemorySwap']],
    [{ Memory: 0, MemorySwap: 3000 }, ['MemorySwap']],
    [
      { MemoryReservation: 5, BlkioWeight: 100, CpuQuota: 5, CpuPeriod: 6 },
      ['BlkioWeight', 'CpuPeriod', 'CpuQuota', 'MemoryReservation'],
    ],
  ])('name what somebody set by hand: %p', (hostConfig, names) => expect(others(hostConfig)).toEqual(names));
});
