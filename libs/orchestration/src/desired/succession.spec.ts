import {
  type AppGeneration,
  type Ownership,
  type Selection,
  settingsHash,
  settingsHashBy,
  type Snapshot,
} from '@nebula/domain';
import { DesiredState, type DesiredStateData } from './desired-state';

const OLD = 'store-1';
const NEW = 'store-2~1000';
const EVERYTHING: Selection = { all: true, names: [] };
const GROUP: Selection = { all: false, names: [], group: 'shops' };

const common = { createdAt: 'then', updatedAt: 'now', actor: 'me', deleted: false };
const app = (name: string, generation: number, more: Partial<AppGeneration> = {}): AppGeneration => ({
  ...common,
  name,
  generation,
  spec: { name, image: 'web:1' },
  bornAt: 1,
  restartedAt: 0,
  pulledAt: 0,
  ...more,
});
const shops = (generation: number, apps: string[]) => ({ ...common, name: 'shops', generation, apps });

/** The labels of a container that was made of this generation. */
function madeOf(generation: AppGeneration, store = OLD): Ownership {
  const { bornAt, restartedAt } = generation;
  const settings = settingsHash(generation);
  const made = { app: generation.name, generation: generation.generation, settings, life: { bornAt, restartedAt } };
  return { installation: 'nebula', store, ordinal: 1, ...made };
}

function succeed(desired: DesiredState, snapshot: Partial<Snapshot>, store = NEW): void {
  desired.hearSnapshot(store, { groups: [], apps: [], ...snapshot }, desired.baseline([]));
}

describe('a store that took over', () => {
  const web = app('web', 7, { restartedAt: 6, bornAt: 3 });
  let desired: DesiredState;

  beforeEach(() => {
    desired = new DesiredState(EVERYTHING);
    desired.hearApp(OLD, web);
    desired.hearApp(OLD, app('db', 2));
  });
  const upToDate = (labels: Ownership): boolean =>
    desired.ownerOf(labels).settings === settingsHash(desired.newest(labels.app) as AppGeneration);

  it('changes nothing by messages; they tell that its snapshot is to be asked for, and accuse nobody', () => {
    expect(desired.isSucceededBy(NEW)).toBe(true);
    expect(desired.hearApp(NEW, app('web', 99))).toBe(false);
    expect(desired.hearDigest(NEW, { all: true })).toBe(false);
    expect([desired.followedStore, desired.newest('web')?.generation, desired.problems()]).toEqual([OLD, 7, []]);
  });

  it('is followed by its snapshot, which is all there is, whatever the generations were', () => {
    succeed(desired, { apps: [app('web', 2)] });
    expect([desired.followedStore, desired.isSucceededBy(NEW)]).toEqual([NEW, false]);
    expect(desired.known().map(({ name, generation }) => [name, generation])).toEqual([['web', 2]]);
    expect(desired.problems()).toEqual([]);
    expect(desired.hearApp(NEW, app('web', 3))).toBe(true);
  });

  it('is not followed by one that took over earlier, or never', () => {
    succeed(desired, {});
    for (const other of ['store-3~999', 'store-3']) {
      succeed(desired, { apps: [web] }, other);
      expect([desired.followedStore, desired.isSucceededBy(other), desired.known()]).toEqual([NEW, false, []]);
      expect(desired.problems().map(({ code }) => code)).toEqual(['other-store']);
    }
  });

  it('is not accused of being another for what it said before', () => {
    succeed(desired, {}, `${OLD}~1000`);
    expect(desired.hearApp(OLD, web)).toBe(false);
    expect(desired.problems()).toEqual([]);
  });

  it('takes over the containers of the same settings, whatever was counted, and replaces others', () => {
    succeed(desired, { apps: [app('web', 2), app('db', 2, { spec: { name: 'db', image: 'other' } })] });
    expect(desired.ownerOf(madeOf(web))).toMatchObject({ store: NEW, generation: 2 });
    expect(upToDate(madeOf(web))).toBe(true);
    expect(upToDate(madeOf(app('db', 2)))).toBe(false);
    expect(desired.fateOf(madeOf(web))).toEqual({ do: 'run' });
    expect(desired.ownerOf(madeOf(app('web', 2), NEW))).toEqual(madeOf(app('web', 2), NEW));
  });

  it('takes over their life with them, unless the app was born since', () => {
    succeed(desired, { apps: [app('web', 5, { bornAt: 4 }), app('db', 2)] });
    const bornAt = (generation: AppGeneration) => desired.ownerOf(madeOf(generation)).life.bornAt;
    expect([bornAt(web), bornAt(app('db', 2))]).toEqual([4, 1]);
    desired.hearApp(NEW, app('web', 7, { bornAt: 7 }));
    expect([bornAt(web), bornAt(app('web', 7, { bornAt: 7 }))]).not.toContain(7);
  });

  it('judges those of the first form of the settings hash by that', () => {
    const first = { ...madeOf(web), settings: settingsHashBy(1, web) as string };
    const spec = { ...web.spec!, stop: { graceSeconds: 40 } };
    succeed(desired, { apps: [app('web', 2, { spec })] });
    expect([upToDate(first), upToDate(madeOf(web))]).toEqual([true, false]);
    desired.hearApp(NEW, app('web', 3, { spec: { ...spec, env: { A: '1' } } }));
    expect(upToDate(first)).toBe(false);
  });

  it('restarts them when it is asked to later, though the former one had counted as far', () => {
    succeed(desired, { apps: [app('web', 5)] });
    desired.hearApp(NEW, app('web', 6, { restartedAt: 6 }));
    expect(upToDate(madeOf(app('web', 7, { restartedAt: 6 })))).toBe(false);
  });

  it('replaces them when the app was deleted and is born again, or came to be later', () => {
    succeed(desired, { apps: [app('web', 5)] });
    desired.hearApp(NEW, app('web', 7, { bornAt: 7 }));
    desired.hearApp(NEW, app('db', 1));
    expect([upToDate(madeOf(web)), upToDate(madeOf(app('db', 2)))]).toEqual([false, false]);
  });

  it('leaves containers that only a newer worker can read as they are not to be read: they are replaced', () => {
    succeed(desired, { apps: [app('web', 5)] });
    expect(upToDate({ ...madeOf(web), settings: '9:abc' })).toBe(false);
  });

  it('removes what it does not list: apps it does not know, apps that the group lost, a group that it does not know', () => {
    succeed(desired, { apps: [app('web', 1)] });
    expect(desired.fateOf(madeOf(app('db', 2)))).toEqual({ do: 'leave' });
    const grouped = new DesiredState(GROUP);
    grouped.hearGroup(OLD, shops(1, ['web', 'db']), [web, app('db', 2)]);
    succeed(grouped, { groups: ['shops'], group: shops(1, ['web']), apps: [app('web', 1), app('db', 1)] });
    expect([web, app('db', 2)].map((each) => grouped.fateOf(madeOf(each)).do)).toEqual(['run', 'leave']);
    succeed(grouped, { apps: [app('web', 1)] }, 'store-3~2000');
    expect(grouped.fateOf(madeOf(web))).toEqual({ do: 'leave' });
    expect(grouped.problems().map(({ code }) => code)).toEqual(['unknown-group']);
  });

  it('takes over the containers of a host that lost its file, and what it heard before its first snapshot', () => {
    const anew = new DesiredState(EVERYTHING);
    expect(anew.isSucceededBy(NEW)).toBe(false);
    expect(anew.ownerOf(madeOf(web))).toEqual(madeOf(web));
    anew.hearApp(NEW, app('web', 4));
    desired = anew;
    expect(upToDate(madeOf(web))).toBe(true);
    succeed(anew, { apps: [app('web', 5)] });
    expect(upToDate(madeOf(web))).toBe(true);
    anew.hearApp(NEW, app('web', 6, { restartedAt: 6 }));
    expect(upToDate(madeOf(web))).toBe(false);
  });

  it('is remembered on disk', () => {
    succeed(desired, { apps: [app('web', 5)] });
    const saved = JSON.parse(JSON.stringify(desired.save())) as DesiredStateData;
    desired = new DesiredState(EVERYTHING, saved);
    expect(upToDate(madeOf(web))).toBe(true);
    desired.hearApp(NEW, app('web', 6, { restartedAt: 6 }));
    expect(upToDate(madeOf(web))).toBe(false);
    expect(saved.inherited).toEqual({ web: 5 });
  });
});
