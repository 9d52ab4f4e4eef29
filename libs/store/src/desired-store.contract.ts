import type { AppGeneration, GroupGeneration } from '@nebula/domain';
import type { AppStore, GenerationStore, GroupStore, StoreIdentity } from './desired-store';

export interface DesiredStores {
  apps: AppStore;
  groups: GroupStore;
  identity: StoreIdentity;
  /** Of another replica on the same store. */
  replica: StoreIdentity;
}

const TIME = '2026-01-02T03:04:05.678Z';

export function appGeneration(name: string, generation: number, change: Partial<AppGeneration> = {}): AppGeneration {
  return {
    name,
    generation,
    deleted: false,
    createdAt: TIME,
    updatedAt: TIME,
    actor: 'nebula',
    spec: { name, image: `web:${generation}` },
    bornAt: 1,
    restartedAt: 0,
    pulledAt: 0,
    ...change,
  };
}

export function tombstone(name: string, generation: number): AppGeneration {
  const dead = appGeneration(name, generation, { deleted: true });
  delete dead.spec;
  return dead;
}

export function groupGeneration(name: string, generation: number, apps: string[], deleted = false): GroupGeneration {
  return { name, generation, deleted, createdAt: TIME, updatedAt: TIME, actor: 'nebula', apps };
}

const names = (generations: { name: string; generation: number }[]): string[] =>
  generations.map(({ name, generation }) => `${name}@${generation}`);

async function appendAll(store: AppStore, ...generations: AppGeneration[]): Promise<void> {
  for (const generation of generations) expect(await store.append(generation)).toBe(true);
}

/** The obligations of AppStore, GroupStore and StoreIdentity. `open` gives an empty store. */
export function desiredStoreContract(open: () => Promise<DesiredStores>): void {
  let stores: DesiredStores;
  let apps: AppStore;
  beforeEach(async () => {
    stores = await open();
    apps = stores.apps;
  });

  describe('a generation', () => {
    it('comes back as it was stored', async () => {
      const spec = { name: 'web', image: 'web:1', env: { A: '1' }, ports: [80, { host: 81, container: 82 }] };
      const generation = appGeneration('web', 1, { spec, restartedAt: 1, pulledAt: 1 });
      await appendAll(apps, generation);
      expect(await apps.newest('web')).toEqual(generation);
      expect(await apps.newest('other')).toBeUndefined();
    });

    it('keeps every name of a map, in its order, whatever it is', async () => {
      const odd = [
        'a.b',
        '$set',
        '$',
        '',
        '.',
        'ключ',
        '😀',
        '\ud800',
        'a\u0000b',
        'constructor',
        "x'; DROP TABLE head;",
      ];
      const many = Array.from({ length: 1000 }, (_, index) => `label.${(index * 7919) % 1000}`);
      const labels = Object.fromEntries([...odd, ...many].map((key, index) => [key, `value ${index}`]));
      Object.defineProperty(labels, '__proto__', {
        value: 'own',
        enumerable: true,
        configurable: true,
        writable: true,
      });
      await appendAll(apps, appGeneration('web', 1, { spec: { name: 'web', image: 'web', labels, env: labels } }));
      const { spec } = (await apps.newest('web'))!;
      expect(Object.entries(spec!.labels!)).toEqual(Object.entries(labels));
      expect(Object.entries(spec!.env!)).toEqual(Object.entries(labels));
    });

    it('must be the successor of the newest, or the first', async () => {
      expect(await apps.append(appGeneration('web', 2))).toBe(false);
      await appendAll(apps, appGeneration('web', 1));
      for (const wrong of [1, 3, 0, -1, Number.NaN]) expect(await apps.append(appGeneration('web', wrong))).toBe(false);
      await appendAll(apps, appGeneration('web', 2), tombstone('web', 3), appGeneration('web', 4, { bornAt: 4 }));
      expect(names(await apps.generations('web', { limit: 10 }))).toEqual(['web@4', 'web@3', 'web@2', 'web@1']);
    });

    it('is stored by exactly one of many who write it at once', async () => {
      for (let generation = 1; generation <= 5; generation++) {
        const writers = Array.from({ length: 64 }, (_, writer) =>
          apps.append(appGeneration('web', generation, { actor: `writer ${writer}` })),
        );
        const won = (await Promise.all(writers)).flatMap((stored, writer) => (stored ? [`writer ${writer}`] : []));
        expect(won).toHaveLength(1);
        expect(await apps.newest('web')).toMatchObject({ generation, actor: won[0] });
      }
    });

    it('of an app is not one of a group of that name', async () => {
      await appendAll(apps, appGeneration('web', 1));
      expect(await stores.groups.newest('web')).toBeUndefined();
      expect(await stores.groups.append(groupGeneration('web', 1, []))).toBe(true);
      expect(await apps.newest('web')).toMatchObject({ bornAt: 1 });
    });
  });

  describe('reading', () => {
    beforeEach(async () => {
      const five = ['b', 'a', 'B', 'é', '😀'].map((name) => appGeneration(name, 1));
      await appendAll(apps, ...five, appGeneration('gone', 1), tombstone('gone', 2), appGeneration('a', 2));
    });

    it('lists the newest of each name in code point order, without tombstones', async () => {
      expect(names(await apps.list({ limit: 10 }))).toEqual(['B@1', 'a@2', 'b@1', 'é@1', '😀@1']);
    });

    it('gives what was deleted last, and not created again, last stored first', async () => {
      await appendAll(apps, tombstone('B', 2), tombstone('a', 3), tombstone('b', 2), appGeneration('b', 3));
      await stores.groups.append(groupGeneration('edge', 1, []));
      await stores.groups.append(groupGeneration('edge', 2, [], true));
      expect(names(await apps.lastDeleted(10))).toEqual(['a@3', 'B@2', 'gone@2']);
      expect(names(await apps.lastDeleted(2))).toEqual(['a@3', 'B@2']);
      expect(names(await stores.groups.lastDeleted(10))).toEqual(['edge@2']);
    });

    it('pages by name, with no row twice or left out', async () => {
      const seen: AppGeneration[] = [];
      for (;;) {
        const page = await apps.list({ limit: 2, after: seen.at(-1)?.name });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page);
      }
      expect(names(seen)).toEqual(['B@1', 'a@2', 'b@1', 'é@1', '😀@1']);
    });

    it('takes a limit of none, or of nonsense, as none', async () => {
      for (const limit of [0, -1, Number.NaN]) expect(await apps.list({ limit })).toEqual([]);
    });

    it('takes the names that a caller may see into the query', async () => {
      const filter = { names: ['b', 'a', 'gone', 'never'] };
      expect(names(await apps.list({ limit: 10, ...filter }))).toEqual(['a@2', 'b@1']);
      expect(names(await apps.list({ limit: 1, ...filter }))).toEqual(['a@2']);
      expect(names(await apps.list({ limit: 1, after: 'a', ...filter }))).toEqual(['b@1']);
      expect(await apps.list({ limit: 10, names: [] })).toEqual([]);
    });

    it('gives the newest of many names at once, tombstones included', async () => {
      expect(names(await apps.newestOf(['gone', 'a', 'never', 'a'])).sort()).toEqual(['a@2', 'gone@2']);
      expect(await apps.newestOf([])).toEqual([]);
      const tomb = await apps.newest('gone');
      expect(tomb).toMatchObject({ deleted: true });
      expect(tomb).not.toHaveProperty('spec');
    });

    it('pages through the generations of a name, newest first', async () => {
      expect(names(await apps.generations('a', { limit: 1 }))).toEqual(['a@2']);
      expect(names(await apps.generations('a', { before: 2, limit: 5 }))).toEqual(['a@1']);
      expect(await apps.generations('never', { limit: 5 })).toEqual([]);
    });
  });

  describe('the outbox', () => {
    it('gives what is stored and not published, the newest of its name only, oldest stored first', async () => {
      await appendAll(apps, appGeneration('z', 1), appGeneration('a', 1), appGeneration('m', 1), appGeneration('z', 2));
      expect(names(await apps.unpublished(10))).toEqual(['a@1', 'm@1', 'z@2']);
      expect(names(await apps.unpublished(2))).toEqual(['a@1', 'm@1']);
    });

    it('holds tombstones too', async () => {
      await appendAll(apps, appGeneration('z', 1));
      await apps.published('z', 1);
      await appendAll(apps, tombstone('z', 2));
      expect(names(await apps.unpublished(10))).toEqual(['z@2']);
    });

    it('forgets a generation, and all older ones of the name, once it is published', async () => {
      await appendAll(apps, appGeneration('z', 1), appGeneration('z', 2), appGeneration('a', 1));
      await apps.published('z', 2);
      expect(names(await apps.unpublished(10))).toEqual(['a@1']);
    });

    it('still holds a generation that was stored while an older one was published', async () => {
      await appendAll(apps, appGeneration('z', 1), appGeneration('z', 2));
      await apps.published('z', 1);
      expect(names(await apps.unpublished(10))).toEqual(['z@2']);
    });

    it('is not fooled by a mark for an older, a future or an unknown generation', async () => {
      await appendAll(apps, appGeneration('z', 1));
      await apps.published('z', 1);
      await apps.published('z', 9);
      await apps.published('never', 1);
      await appendAll(apps, appGeneration('z', 2));
      expect(names(await apps.unpublished(10))).toEqual(['z@2']);
      await apps.published('z', 2);
      await apps.published('z', 1);
      expect(await apps.unpublished(10)).toEqual([]);
    });
  });

  describe('pruning', () => {
    it('keeps the newest generations by number, and other names', async () => {
      await appendAll(apps, ...[1, 2, 3, 4].map((n) => appGeneration('a', n)), appGeneration('b', 1));
      await apps.prune('a', 2);
      expect(names(await apps.generations('a', { limit: 10 }))).toEqual(['a@4', 'a@3']);
      expect(names(await apps.list({ limit: 10 }))).toEqual(['a@4', 'b@1']);
      await appendAll(apps, appGeneration('a', 5));
    });

    it('never removes the newest of a name, a tombstone included', async () => {
      await appendAll(apps, appGeneration('a', 1), tombstone('a', 2));
      for (const keep of [1, 0, -5]) await apps.prune('a', keep);
      await apps.prune('never', 1);
      expect(names(await apps.generations('a', { limit: 10 }))).toEqual(['a@2']);
      expect(names(await apps.unpublished(10))).toEqual(['a@2']);
      expect(await apps.append(appGeneration('a', 1))).toBe(false);
    });
  });

  describe('groups', () => {
    it('tell which of them list an app, by their newest list', async () => {
      const { groups } = stores;
      await groups.append(groupGeneration('z', 1, ['web', 'db']));
      await groups.append(groupGeneration('a', 1, ['web']));
      await groups.append(groupGeneration('m', 1, ['db']));
      expect(await groups.listing('web')).toEqual(['a', 'z']);
      await groups.append(groupGeneration('z', 2, ['db']));
      await groups.append(groupGeneration('a', 2, [], true));
      expect(await groups.listing('web')).toEqual([]);
      expect(await groups.listing('db')).toEqual(['m', 'z']);
    });

    it('do not follow a list that was not stored', async () => {
      const { groups } = stores;
      await groups.append(groupGeneration('a', 1, ['web']));
      expect(await groups.append(groupGeneration('a', 1, ['db']))).toBe(false);
      expect(await groups.listing('web')).toEqual(['a']);
      expect(await groups.listing('db')).toEqual([]);
    });

    it('keep the order of their list', async () => {
      const list = ['z', 'a', 'm'];
      await stores.groups.append(groupGeneration('a', 1, list));
      expect((await stores.groups.newest('a'))!.apps).toEqual(list);
    });
  });

  describe('the store', () => {
    it('has one identity of its own', async () => {
      const id = await stores.identity.id();
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(await stores.identity.id()).toBe(id);
      expect(await (await open()).identity.id()).not.toBe(id);
    });

    it('takes another identity, from who knows the one before', async () => {
      const before = await stores.identity.id();
      expect(await stores.identity.replace('not-this', 'next')).toBe(false);
      expect(await stores.identity.id()).toBe(before);
      const taken = await Promise.all(['next~1', 'next~2'].map((next) => stores.identity.replace(before, next)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await stores.identity.id()).toBe(taken[0] ? 'next~1' : 'next~2');
      expect(await stores.identity.replace(await stores.identity.id(), 'x'.repeat(255))).toBe(true);
      expect(await stores.identity.id()).toBe('x'.repeat(255));
    });

    it('has its new identity for every replica as soon as it took it', async () => {
      const before = await stores.replica.id();
      const replaced = stores.identity.replace(before, 'next');
      await stores.replica.id();
      expect(await replaced).toBe(true);
      expect(await stores.replica.id()).toBe('next');
    });

    it('can be asked whether it keeps what is written', async () => {
      await stores.identity.check();
      await stores.identity.check();
    });
  });

  it('never changes what it was given, nor gives away what it keeps', async () => {
    const given: GenerationStore<AppGeneration> = apps;
    const generation = appGeneration('web', 1);
    await given.append(generation);
    // A copy of one's own, or one that can't be changed.
    Reflect.set((await given.newest('web'))!.spec!, 'image', 'changed');
    expect((await given.newest('web'))!.spec!.image).toBe('web:1');
    expect(generation).toEqual(appGeneration('web', 1));
  });
}
