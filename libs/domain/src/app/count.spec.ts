import { countOn, leastCount } from './count';

const GIB = 2 ** 30;
const engine = (cpus: number, gib: number) => ({ cpus, memoryBytes: gib * GIB });

describe('how many containers a host runs', () => {
  it.each([
    [{ host: 3 }, engine(64, 64), 3],
    [{ cpu: 1 }, engine(4, 1), 4],
    [{ cpu: 0.5 }, engine(5, 1), 2],
    [{ cpu: 0.29 }, engine(100, 1), 29],
    [{ cpu: 0.1 }, engine(2, 1), 1],
    [{ cpu: 100 }, engine(64, 1), 1000],
    [{ memoryGiB: 2 }, engine(1, 3.9), 7],
    [{ memoryGiB: 0.01 }, engine(1, 0.5), 1],
    [{ memoryGiB: 1000 }, engine(1, 2), 1000],
  ])('%j on %j is %i', (per, on, expected) => expect(countOn(per, on)).toBe(expected));

  it('is known before the host is, as far as it can be', () => {
    expect(leastCount({ host: 7 })).toBe(7);
    expect(leastCount({ cpu: 3 })).toBe(3);
    expect(leastCount({ memoryGiB: 3 })).toBe(1);
  });
});
