import type { AppGeneration, GroupGeneration, Selection } from '@nebula/domain';
import fc from 'fast-check';
import { namesOf } from './baseline';
import { DesiredState, type DesiredStateData, type Fate } from './desired-state';

const STORE = 'store-1';
const EVERYTHING: Selection = { all: true, names: [] };
const LIST: Selection = { all: false, names: ['web', 'db'] };
const GROUP: Selection = { all: false, names: [], group: 'shops' };

const common = { createdAt: 'then', updatedAt: 'now', actor: 'me' };
function app(name: string, generation: number, more: Partial<AppGeneration> = {}): AppGeneration {
  const spec = { name, image: `image:${generation}` };
  return { ...common, name, generation, deleted: false, spec, bornAt: 1, restartedAt: 0, pulledAt: 0, ...more };
}
const gone = (name: string, generation: number): AppGeneration =>
  app(name, generation, { deleted: true, spec: undefined });
const group = (generation: number, apps: string[], more: Partial<GroupGeneration> = {}): GroupGeneration => ({
  ...common,
  name: 'shops',
  generation,
  deleted: false,
  apps,
  ...more,
});

const wantedBy = (desired: DesiredState): string[] =>
  desired
    .wanted()
    .map(({ name, generation }) => `${name} ${generation}`)
    .toSorted();
const container = (name: string, generation = 1, store = STORE) => ({ app: name, generation, store });
const codes = (desired: DesiredState): string[] => desired.problems().map(({ code }) => code);
const details = (desired: DesiredState): string =>
  desired
    .problems()
    .map(({ detail }) => detail)
    .join('\n');
const noContainers = (desired: DesiredState) => desired.baseline([]);
/** As it is written to disk and read again. */
const restarted = (desired: DesiredState, selection = desired.selection): DesiredState =>
  new DesiredState(selection, JSON.parse(JSON.stringify(desired.save())) as DesiredStateData);

describe('what is wanted on a host', () => {
  it('is the newest generation of each app that is selected, stopped ones too, deleted ones not', () => {
    const desired = new DesiredState(LIST);
    desired.hearApp(STORE, app('web', 2, { spec: { name: 'web', image: 'a', running: false } }));
    desired.hearApp(STORE, app('other', 1));
    desired.hearApp(STORE, gone('db', 3));
    expect(wantedBy(desired)).toEqual(['web 2']);
    expect(desired.tombstones().map(({ name }) => name)).toEqual(['db']);
    expect(desired.known()).toHaveLength(3);
  });

  it('is every app on a host of all, and list and group together on a host of both', () => {
    const all = new DesiredState(EVERYTHING);
    const both = new DesiredState({ all: false, names: ['db'], group: 'shops' });
    for (const desired of [all, both]) {
      for (const name of ['web', 'db', 'till']) desired.hearApp(STORE, app(name, 1));
      desired.hearGroup(STORE, group(1, ['web']), []);
    }
    expect(wantedBy(all)).toEqual(['db 1', 'till 1', 'web 1']);
    expect(wantedBy(both)).toEqual(['db 1', 'web 1']);
  });

  it('holds an app that was heard of before its group, and one that its group lists before it exists', () => {
    const desired = new DesiredState(GROUP);
    desired.hearApp(STORE, app('web', 4));
    expect(wantedBy(desired)).toEqual([]);
    desired.hearGroup(STORE, group(2, ['web', 'later']), []);
    expect(wantedBy(desired)).toEqual(['web 4']);
    expect(desired.listed().map(({ name }) => name)).toEqual(['web']);
    desired.hearApp(STORE, app('later', 1));
    expect(wantedBy(desired)).toEqual(['later 1', 'web 4']);
    expect(desired.listed().map(({ name }) => name)).toEqual(['web', 'later']);
  });

  it('takes what a group brings along, and says whether anything changed', () => {
    const desired = new DesiredState(GROUP);
    expect(desired.hearGroup(STORE, group(1, ['web']), [app('web', 1)])).toBe(true);
    expect(desired.hearGroup(STORE, group(1, ['web']), [app('web', 1)])).toBe(false);
    expect(desired.hearGroup(STORE, group(1, ['web']), [app('web', 2)])).toBe(true);
    expect(desired.hearApp(STORE, app('web', 1))).toBe(false);
    expect(desired.newest('web')?.generation).toBe(2);
  });

  it('does not listen to another group', () => {
    const desired = new DesiredState(GROUP);
    expect(desired.hearGroup(STORE, group(9, ['web'], { name: 'others' }), [])).toBe(false);
    expect(desired.groupGeneration).toBeUndefined();
    expect(desired.listed()).toEqual([]);
  });

  it('goes on counting when an app is deleted and created again', () => {
    const desired = new DesiredState(EVERYTHING);
    desired.hearApp(STORE, app('web', 5, { bornAt: 5 }));
    expect(desired.hearApp(STORE, gone('web', 4))).toBe(false);
    expect(wantedBy(desired)).toEqual(['web 5']);
  });

  it('keeps with a tombstone how its app is to be stopped', () => {
    const desired = new DesiredState(EVERYTHING);
    desired.hearApp(STORE, app('web', 1));
    desired.hearApp(STORE, gone('web', 2));
    expect(desired.newest('web')).toMatchObject({ deleted: true, spec: { image: 'image:1' } });
  });
});

describe('any order, age and number of the same messages', () => {
  type Message = (desired: DesiredState) => unknown;
  const names = ['web', 'db', 'till'];
  /** One generation of a name says one thing: what, follows from its number. */
  const appAt = (name: string, generation: number): AppGeneration =>
    generation % 3 === 0 ? gone(name, generation) : app(name, generation);
  const appMessage = fc
    .tuple(fc.constantFrom(...names), fc.integer({ min: 1, max: 7 }))
    .map(([name, generation]): Message => {
      return (desired) => desired.hearApp(STORE, appAt(name, generation));
    });
  const groupMessage = fc.integer({ min: 1, max: 5 }).map((generation): Message => {
    const list = names.slice(0, generation % 4);
    const sent = generation % 3 === 0 ? group(generation, [], { deleted: true }) : group(generation, list);
    return (desired) =>
      desired.hearGroup(
        STORE,
        sent,
        list.map((name) => app(name, 1)),
      );
  });
  const snapshot = fc.integer({ min: 1, max: 5 }).map((generation): Message => {
    const told = { groups: ['shops'], group: group(generation, names.slice(0, generation % 4)), apps: [app('web', 1)] };
    return (desired) => {
      if (generation % 3 !== 0) desired.hearSnapshot(STORE, told, noContainers(desired));
    };
  });
  const selections = fc.constantFrom(EVERYTHING, LIST, GROUP, { ...GROUP, names: ['till'] });

  it('ends the same', () => {
    const messages = fc.array(fc.oneof(appMessage, groupMessage, snapshot), { maxLength: 12 });
    const shuffles = messages.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(selections, shuffles, (selection, [once, doubled]) => {
        const [one, other] = [new DesiredState(selection), new DesiredState(selection)];
        for (const hear of once) hear(one);
        for (const hear of doubled) hear(other);
        expect(outcome(other)).toEqual(outcome(one));
        expect(outcome(restarted(other))).toEqual(outcome(one));
      }),
      { numRuns: 500 },
    );
  });

  function outcome(desired: DesiredState): unknown {
    const fates: [string, Fate][] = names.flatMap((name) =>
      [1, 3, 7].map((generation): [string, Fate] => [
        `${name} ${generation}`,
        desired.fateOf(container(name, generation)),
      ]),
    );
    const { group: newest, liveGroup } = desired.save();
    return { wanted: wantedBy(desired), fates, newest, liveGroup, followed: desired.followedStore };
  }
});

describe('a container of ours', () => {
  it('is kept by a worker that knows no desired state', () => {
    expect(new DesiredState(EVERYTHING).fateOf(container('web'))).toEqual({ do: 'keep' });
    expect(new DesiredState(LIST).fateOf(container('other'))).toEqual({ do: 'keep' });
  });

  it('runs while its app is wanted here, and leaves on a newer generation that deletes it', () => {
    const desired = new DesiredState(EVERYTHING);
    desired.hearApp(STORE, app('web', 2));
    expect(desired.fateOf(container('web', 1))).toEqual({ do: 'run' });
    desired.hearApp(STORE, gone('web', 3));
    expect(desired.fateOf(container('web', 2))).toEqual({ do: 'leave' });
  });

  it('leaves when its group no longer lists it, and is kept while nobody knows the group', () => {
    const desired = new DesiredState(GROUP);
    desired.hearApp(STORE, app('web', 1));
    expect(desired.fateOf(container('web'))).toEqual({ do: 'keep', reason: 'not-listed' });
    desired.hearGroup(STORE, group(1, []), []);
    expect(desired.fateOf(container('web'))).toEqual({ do: 'leave' });
  });

  it('is kept when no app of its name was ever heard of', () => {
    for (const selection of [EVERYTHING, GROUP]) {
      const desired = new DesiredState(selection);
      desired.hearGroup(STORE, group(1, []), []);
      expect(desired.fateOf(container('stray'))).toEqual({ do: 'keep', reason: 'not-listed' });
    }
  });

  it('of another store is kept, whatever was heard of its app', () => {
    const desired = new DesiredState(LIST);
    desired.hearApp(STORE, gone('web', 9));
    expect(desired.fateOf(container('web', 1, 'store-2'))).toEqual({ do: 'keep', reason: 'other-store' });
    expect(desired.fateOf(container('other', 1, 'store-2'))).toEqual({ do: 'keep', reason: 'other-store' });
  });

  it('of a newer generation than the store knows is kept, its tombstone notwithstanding', () => {
    const desired = new DesiredState(EVERYTHING);
    desired.hearApp(STORE, app('web', 3));
    desired.hearApp(STORE, gone('db', 3));
    for (const name of ['web', 'db']) {
      expect(desired.fateOf(container(name, 4))).toEqual({ do: 'keep', reason: 'older-store' });
    }
  });

  it('leaves a host that was started with a list without it, known or unknown', () => {
    const before = new DesiredState(EVERYTHING);
    before.hearApp(STORE, app('old', 1));
    const desired = restarted(before, LIST);
    expect(desired.fateOf(container('old'))).toEqual({ do: 'leave' });
    expect(desired.fateOf(container('stray'))).toEqual({ do: 'leave' });
    expect(wantedBy(desired)).toEqual([]);
  });

  it('leaves a host that was started in another group once that one is known, not before', () => {
    const before = new DesiredState(GROUP);
    before.hearGroup(STORE, group(7, ['web']), [app('web', 1)]);
    const desired = restarted(before, { all: false, names: [], group: 'depots' });
    expect(desired.groupGeneration).toBeUndefined();
    expect(desired.fateOf(container('web'))).toEqual({ do: 'keep', reason: 'not-listed' });
    desired.hearGroup(STORE, group(1, [], { name: 'depots' }), []);
    expect(desired.fateOf(container('web'))).toEqual({ do: 'leave' });
  });
});

describe('a group that is unknown or deleted', () => {
  it('takes nothing away, and is shown', () => {
    const desired = new DesiredState(GROUP);
    desired.hearGroup(STORE, group(1, ['web']), [app('web', 1)]);
    expect(desired.hearGroup(STORE, group(2, [], { deleted: true }), [])).toBe(true);
    expect(wantedBy(desired)).toEqual(['web 1']);
    expect(desired.groupGeneration).toBe(2);
    expect(desired.currentGroup()).toMatchObject({ generation: 2, deleted: true });
    expect(details(desired)).toBe('There is no device group "shops": what runs is kept as it is.');
    expect(wantedBy(restarted(desired))).toEqual(['web 1']);
  });

  it('is known again with its next generation', () => {
    const desired = new DesiredState(GROUP);
    desired.hearSnapshot(STORE, { groups: [], apps: [] }, noContainers(desired));
    expect(codes(desired)).toEqual(['unknown-group']);
    desired.hearGroup(STORE, group(1, []), []);
    expect(codes(desired)).toEqual([]);
  });

  it('is not unknown when word of it overtook the answer to the question', () => {
    const desired = new DesiredState(GROUP);
    const asked = noContainers(desired);
    desired.hearGroup(STORE, group(1, ['web']), []);
    desired.hearSnapshot(STORE, { groups: [], apps: [] }, asked);
    expect(codes(desired)).toEqual([]);
  });

  it('stays unknown while only old messages speak of it', () => {
    const desired = new DesiredState(GROUP);
    desired.hearGroup(STORE, group(2, ['web']), []);
    desired.hearSnapshot(STORE, { groups: [], apps: [] }, noContainers(desired));
    expect(desired.hearGroup(STORE, group(1, []), [])).toBe(false);
    expect(codes(desired)).toEqual(['unknown-group']);
  });

  it('is nothing to a host that is in none', () => {
    const desired = new DesiredState(LIST);
    desired.hearSnapshot(STORE, { groups: [], apps: [] }, noContainers(desired));
    expect(codes(desired)).toEqual([]);
  });
});

describe('a store with another identity', () => {
  it('changes nothing, in whatever way it speaks, and is shown until the own one answers', () => {
    const desired = new DesiredState(GROUP);
    desired.hearGroup(STORE, group(1, ['web']), [app('web', 1)]);
    const asked = noContainers(desired);
    const emptied = { groups: ['shops'], group: group(9, []), apps: [gone('web', 9)] };
    expect(desired.hearApp('store-2', gone('web', 9))).toBe(false);
    expect(desired.hearGroup('store-2', group(9, []), [gone('web', 9)])).toBe(false);
    expect(desired.hearSnapshot('store-2', emptied, asked)).toBe(false);
    expect(wantedBy(desired)).toEqual(['web 1']);
    expect(desired.followedStore).toBe(STORE);
    expect(details(desired)).toMatch(/^Store store-2 speaks .* follows store-1: nothing is changed\.$/);
    desired.hearSnapshot(STORE, { groups: ['shops'], group: group(1, ['web']), apps: [app('web', 1)] }, asked);
    expect(codes(desired)).toEqual([]);
  });

  it('is still another one after a restart of the worker', () => {
    const before = new DesiredState(EVERYTHING);
    before.hearApp(STORE, app('web', 1));
    const desired = restarted(before);
    expect(desired.hearApp('store-2', gone('web', 2))).toBe(false);
    expect(wantedBy(desired)).toEqual(['web 1']);
  });

  it('is not made of a message without any', () => {
    const desired = new DesiredState(EVERYTHING);
    expect(desired.hearApp('', app('web', 1))).toBe(false);
    expect(desired.followedStore).toBeUndefined();
    expect(codes(desired)).toEqual([]);
  });
});

describe('a store that is older than the host', () => {
  const told = (apps: AppGeneration[], newest?: GroupGeneration) => ({
    groups: newest ? ['shops'] : [],
    apps,
    ...(newest && { group: newest }),
  });

  it('changes nothing, and is shown with examples', () => {
    const desired = new DesiredState(EVERYTHING);
    for (const name of ['a', 'b', 'c', 'd', 'e']) desired.hearApp(STORE, app(name, 3));
    desired.hearSnapshot(STORE, told([app('a', 2), gone('b', 1), app('e', 3)]), noContainers(desired));
    expect(wantedBy(desired)).toEqual(['a 3', 'b 3', 'c 3', 'd 3', 'e 3']);
    expect(details(desired)).toBe(
      'The store is older than what this host has (app a: generation 3 here, 2 there; app b: generation 3 here, ' +
        '1 there; app c: generation 3 here, none there; and 1 more): what the host has is kept.',
    );
  });

  it('is known by the containers, when the file is lost; those of another store say nothing of it', () => {
    const desired = new DesiredState(EVERYTHING);
    const seen = [container('web', 7), container('web', 8), container('web', 3), container('db', 9, 'store-2')];
    const asked = desired.baseline(seen);
    expect(namesOf(asked)).toEqual(['web', 'db']);
    desired.hearSnapshot(STORE, told([app('web', 2), app('db', 1)]), asked);
    expect(details(desired)).toContain('(app web: generation 8 here, 2 there)');
  });

  it('is known by the group', () => {
    const desired = new DesiredState(GROUP);
    desired.hearGroup(STORE, group(5, ['web']), [app('web', 1)]);
    desired.hearSnapshot(STORE, told([app('web', 1)], group(3, [])), noContainers(desired));
    expect(wantedBy(desired)).toEqual(['web 1']);
    expect(details(desired)).toContain('(the device group: generation 5 here, 3 there)');
    desired.hearGroup(STORE, group(5, ['web']), []);
    expect(codes(desired)).toEqual(['older-store']);
    desired.hearGroup(STORE, group(6, ['web']), []);
    expect(codes(desired)).toEqual([]);
  });

  it('is not told by what came in after the question', () => {
    const desired = new DesiredState(GROUP);
    desired.hearGroup(STORE, group(1, ['web']), [app('web', 1)]);
    const asked = noContainers(desired);
    desired.hearApp(STORE, app('web', 2));
    desired.hearApp(STORE, app('new', 1));
    desired.hearGroup(STORE, group(2, ['web', 'new']), []);
    desired.hearSnapshot(STORE, told([app('web', 1)], group(1, ['web'])), asked);
    expect(codes(desired)).toEqual([]);
    expect(wantedBy(desired)).toEqual(['new 1', 'web 2']);
  });

  it('has caught up also when the change came in while its older answer was on its way', () => {
    const desired = new DesiredState(GROUP);
    desired.hearGroup(STORE, group(3, ['web']), [app('web', 3)]);
    const asked = noContainers(desired);
    desired.hearGroup(STORE, group(4, ['web']), [app('web', 4)]);
    desired.hearSnapshot(STORE, told([app('web', 1)], group(1, ['web'])), asked);
    expect(codes(desired)).toEqual([]);
  });

  it('has caught up with the next change, or when its next snapshot knows all again', () => {
    const desired = new DesiredState(EVERYTHING);
    desired.hearApp(STORE, app('web', 3));
    desired.hearSnapshot(STORE, told([app('web', 1)]), noContainers(desired));
    desired.hearApp(STORE, app('db', 1));
    expect(codes(desired)).toEqual(['older-store']);
    desired.hearApp(STORE, app('web', 4));
    expect(codes(desired)).toEqual([]);
    desired.hearSnapshot(STORE, told([app('db', 1)]), noContainers(desired));
    expect(codes(desired)).toEqual(['older-store']);
    desired.hearSnapshot(STORE, told([app('db', 1), app('web', 4)]), noContainers(desired));
    expect(codes(desired)).toEqual([]);
  });
});

describe('a digest', () => {
  const ALL = { all: true } as const;

  it('tells of another store, whose digests are not compared', () => {
    const desired = new DesiredState(LIST);
    expect(desired.hearDigest(STORE, ALL)).toBe(true);
    desired.hearApp(STORE, app('web', 1));
    expect(desired.hearDigest('store-2', ALL)).toBe(false);
    expect(codes(desired)).toEqual(['other-store']);
  });

  it('tells that the other store has gone, once ours was told of in three rounds without it', () => {
    const desired = new DesiredState(LIST);
    desired.hearApp(STORE, app('web', 1));
    for (const store of ['store-2', STORE, STORE, 'store-2', STORE, STORE]) desired.hearDigest(store, ALL);
    for (let i = 0; i < 3; i++) desired.hearDigest(STORE, { app: 'web' });
    expect(codes(desired)).toEqual(['other-store']);
    desired.hearDigest(STORE, ALL);
    expect(codes(desired)).toEqual([]);
  });
});
