import type { AppGeneration, GroupGeneration } from '@nebula/domain';
import type { AppStore, GroupStore } from '@nebula/store';
import { SnapshotReader } from './snapshot-reader';

const common = { createdAt: 'then', updatedAt: 'now', actor: 'me', deleted: false };
const app = (name: string, generation: number): AppGeneration => ({
  ...common,
  name,
  generation,
  spec: { name, image: 'a' },
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
});
const shops: GroupGeneration = { ...common, name: 'shops', generation: 1, apps: ['web', 'db'] };

/** A store that answers when it is told to, with what it has at the moment when it is asked. */
function slowStore() {
  const kept = new Map([app('web', 1), app('db', 1), app('old', 4)].map((each) => [each.name, each]));
  const reads: (() => void)[] = [];
  const later = <T>(value: T) => new Promise<T>((resolve) => reads.push(() => resolve(value)));
  const apps = {
    newestOf: (names: readonly string[]) => later(names.flatMap((name) => kept.get(name) ?? [])),
    list: () => later([...kept.values()]),
  } as object as AppStore;
  const groups = {
    newestOf: async (names: readonly string[]) => (names.includes('shops') ? [shops] : []),
  } as object as GroupStore;
  return { kept, reads, reader: new SnapshotReader(apps, groups) };
}

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};
const all = { all: true, names: [] };
const group = { all: false, names: [], group: 'shops' };

describe('a snapshot', () => {
  it('must have what was accepted before it was asked for, though the store is being read just then', async () => {
    const { kept, reads, reader } = slowStore();
    const early = reader.read({ selection: group, known: [] });
    await until(() => reads.length === 1);
    kept.set('web', app('web', 2));
    const late = reader.read({ selection: group, known: [] });
    reads[0]?.();
    expect((await early).apps.map(({ generation }) => generation)).toEqual([1, 1]);
    await until(() => reads.length === 2);
    reads[1]?.();
    expect((await late).apps.map(({ generation }) => generation)).toEqual([2, 1]);
  });

  it('must cost one read, and be one, for all who ask the same meanwhile', async () => {
    const { reads, reader } = slowStore();
    const first = reader.read({ selection: group, known: [] });
    await until(() => reads.length === 1);
    const others = Array.from({ length: 1000 }, () => reader.read({ selection: group, known: ['b', 'a'] }));
    const another = reader.read({ selection: group, known: ['old'] });
    reads[0]?.();
    await first;
    await until(() => reads.length === 2);
    reads[1]?.();
    expect(new Set(await Promise.all(others)).size).toBe(1);
    expect((await another).apps.map(({ name }) => name).toSorted()).toEqual(['db', 'old', 'web']);
    expect(reads).toHaveLength(2);
  });

  it('must have all there is for a host of all, and what it knows besides, for each what it asks', async () => {
    const { reads, reader } = slowStore();
    const ofAll = reader.read({ selection: all, known: ['old'] });
    const ofList = reader.read({ selection: { all: false, names: ['db', 'nothing'] }, known: [] });
    for (let n = 0; n < 3; n++) {
      await until(() => reads.length > n || n === 2);
      reads[n]?.();
    }
    expect((await ofAll).apps.map(({ name }) => name).toSorted()).toEqual(['db', 'old', 'web']);
    await until(() => reads.length === 3);
    reads[2]?.();
    expect(await ofList).toEqual({ groups: [], apps: [app('db', 1)] });
  });

  it('must fail for those who asked when the store fails, and be read again for the next', async () => {
    const failing = new SnapshotReader(
      { newestOf: () => Promise.reject(new Error('away')) } as object as AppStore,
      { newestOf: async () => [] } as object as GroupStore,
    );
    await expect(failing.read({ selection: group, known: [] })).rejects.toThrow('away');
    await expect(failing.read({ selection: group, known: [] })).rejects.toThrow('away');
  });
});
