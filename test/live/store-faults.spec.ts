import { type AppGeneration, DomainError } from '@nebula/domain';
import { appGeneration, groupGeneration } from '@nebula/store/desired-store.contract';
import { appReport, container, hostReport } from '@nebula/store/host-reports.arbitrary';
import { MongoAppStore, MongoDatabase, MongoGroupStore, MongoHostStore, MongoStoreIdentity } from '@nebula/store/mongo';
import { Logger } from '@nestjs/common';
import { Database } from '../services/database';
import { LossyProxy } from './lossy-proxy';
import { eventually } from './support/eventually';

const NOW = new Date('2026-01-02T03:04:05.678Z');
/** Longest that a method may take, with what a busy machine adds. */
const SOON_MS = 3_500;

jest.setTimeout(60_000);

let server: Database;
const opened: MongoDatabase[] = [];

async function open(url = server.url, database = 'faults'): Promise<MongoDatabase> {
  const mongo = await MongoDatabase.open({ url, database });
  opened.push(mongo);
  return mongo;
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await Database.start();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
  server.thaw();
});
afterAll(() => server.remove());

function partsOf(database: MongoDatabase) {
  return {
    apps: new MongoAppStore(database),
    groups: new MongoGroupStore(database),
    hosts: new MongoHostStore(database),
    identity: new MongoStoreIdentity(database),
  };
}

const READS = (on: ReturnType<typeof partsOf>): Record<string, () => Promise<unknown>> => ({
  newest: () => on.apps.newest('web'),
  newestOf: () => on.apps.newestOf(['web']),
  list: () => on.apps.list({ limit: 5 }),
  lastDeleted: () => on.apps.lastDeleted(5),
  generations: () => on.apps.generations('web', { limit: 5 }),
  unpublished: () => on.apps.unpublished(5),
  listing: () => on.groups.listing('web'),
  id: () => on.identity.id(),
  hosts: () => on.hosts.hosts({ limit: 5 }),
  host: () => on.hosts.host('h'),
  containers: () => on.hosts.containers({ limit: 5 }),
  appOnHost: () => on.hosts.appOnHost('web', 'h'),
  counts: () => on.hosts.counts({ app: 'web', groups: ['g'] }, 1, NOW),
  groupCounts: () => on.hosts.groupCounts('g', 1, ['web'], NOW),
  standing: () => on.hosts.standing({ app: 'web', groups: [] }, 1, 5, NOW),
  hasAnywhere: () => on.hosts.hasAnywhere('web'),
  hostsOfGroup: () => on.hosts.hostsOfGroup('g', 5),
});

const WRITES = (on: ReturnType<typeof partsOf>): Record<string, () => Promise<unknown>> => ({
  append: () => on.apps.append(appGeneration('web', 2)),
  'append a group': () => on.groups.append(groupGeneration('g', 1, ['web'])),
  published: () => on.apps.published('web', 1),
  prune: () => on.apps.prune('web', 1),
  check: () => on.identity.check(),
  replace: () => on.identity.replace('a', 'b'),
  record: () => on.hosts.record(hostReport('h', 9), NOW),
  expect: () => on.hosts.expect('h', { all: true, names: [] }, NOW),
  forget: () => on.hosts.forget('h', new Date()),
  forgetSilent: () => on.hosts.forgetSilent(NOW, 5),
});

async function failing(calls: Record<string, () => Promise<unknown>>, codes: string[]): Promise<void> {
  const outcomes = Object.entries(calls).map(async ([name, call]) => {
    const began = performance.now();
    const error: unknown = await call().then(
      () => new Error('it did it'),
      (rejected: unknown) => rejected,
    );
    return { name, error, ms: performance.now() - began };
  });
  const wrong = (await Promise.all(outcomes)).filter(
    ({ error, ms }) => !(error instanceof DomainError) || !codes.includes(error.code) || ms > SOON_MS,
  );
  expect(wrong).toEqual([]);
}

const isThere = (apps: MongoAppStore): Promise<boolean> =>
  apps.newest('web').then(
    () => true,
    () => false,
  );

it('says soon that it is away, of every method, and heals by itself with all that it had', async () => {
  const on = partsOf(await open());
  await on.apps.append(appGeneration('web', 1));
  await server.kill();
  // The first finds out; those after it know.
  await failing(READS(on), ['store-away']);
  await failing(WRITES(on), ['store-away']);
  await server.start();
  await eventually(() => isThere(on.apps));
  expect(await on.apps.newest('web')).toEqual(appGeneration('web', 1));
  expect(await on.apps.append(appGeneration('web', 2))).toBe(true);
});

it('says as soon that it hangs, and goes on when it does', async () => {
  const on = partsOf(await open(server.url, 'frozen'));
  await on.apps.append(appGeneration('web', 1));
  await on.hosts.record(hostReport('h', 1), NOW);
  server.freeze();
  await failing({ ...READS(on), ...WRITES(on) }, ['store-away', 'store-unknown']);
  await failing({ ...READS(on), ...WRITES(on) }, ['store-away', 'store-unknown']);
  server.thaw();
  await eventually(() => isThere(on.apps));
  expect(await on.apps.newest('web')).toMatchObject({ name: 'web' });
  expect(await on.hosts.record(hostReport('h', 10, { apps: [appReport('web')] }), NOW)).toEqual(['web']);
});

it('starts while the database is away, and is there when that is', async () => {
  await server.kill();
  const on = partsOf(await open(server.url, 'late'));
  await failing({ ...READS(on), ...WRITES(on) }, ['store-away']);
  await server.start();
  await eventually(() => isThere(on.apps));
  expect(await on.apps.append(appGeneration('web', 1))).toBe(true);
});

it('keeps all that it said it kept, and nothing that it said it did not, killed again and again', async () => {
  const replicas = (await Promise.all([open(server.url, 'killed'), open(server.url, 'killed')])).map(partsOf);
  const kept = new Map<number, string>();
  const refused = new Set<string>();
  let ended = false;
  const write = async ({ apps }: ReturnType<typeof partsOf>, who: number): Promise<void> => {
    for (let count = 0; !ended; count++) {
      const actor = `${who}-${count}`;
      try {
        const newest = await apps.newest('web');
        const next = appGeneration('web', (newest?.generation ?? 0) + 1, { actor });
        if (await apps.append(next)) kept.set(next.generation, actor);
        else refused.add(actor);
      } catch (error) {
        if ((error as { code: string }).code === 'store-away') refused.add(actor);
      }
    }
  };
  const writers = Promise.all(replicas.map(write));
  for (let kill = 0; kill < 3; kill++) {
    const before = kept.size;
    await eventually(() => kept.size > before + 20);
    await server.kill();
    await server.start();
  }
  const before = kept.size;
  await eventually(() => kept.size > before);
  ended = true;
  await writers;
  const stored = await replicas[0]!.apps.generations('web', { limit: 100_000 });
  const actors = new Map(stored.map(({ generation, actor }) => [generation, actor]));
  for (const [generation, actor] of kept) expect(actors.get(generation)).toBe(actor);
  expect(stored.filter(({ actor }) => refused.has(actor))).toEqual([]);
  expect(stored.map(({ generation }) => generation).reverse()).toEqual(stored.map((_, index) => index + 1));
});

describe('an answer that is lost', () => {
  let proxy: LossyProxy;
  beforeEach(async () => {
    proxy = await LossyProxy.start(server.url);
  });
  afterEach(() => proxy.stop());

  const generationsOf = async (apps: MongoAppStore): Promise<AppGeneration[]> => apps.generations('web', { limit: 9 });

  it('is looked up, and the write is not repeated', async () => {
    const on = partsOf(await open(proxy.url, 'lost'));
    for (const generation of [1, 2]) {
      proxy.loseAnswerTo('insert');
      expect(await on.apps.append(appGeneration('web', generation))).toBe(true);
      expect(proxy.isThrough).toBe(true);
    }
    expect(await generationsOf(on.apps)).toHaveLength(2);
  });

  it("is another's when another wrote the same", async () => {
    const [on, other] = [partsOf(await open(proxy.url, 'equal')), partsOf(await open(server.url, 'equal'))];
    const same = appGeneration('web', 1);
    expect(await other.apps.append(same)).toBe(true);
    proxy.loseAnswerTo('insert');
    expect(await on.apps.append(same)).toBe(false);
  });

  it('and cannot be looked up leaves it open whether the change was stored', async () => {
    const on = partsOf(await open(proxy.url, 'open'));
    proxy.loseAnswersFrom('insert');
    await failing({ append: () => on.apps.append(appGeneration('web', 1)) }, ['store-unknown']);
  });

  it('of a new identity is looked up too', async () => {
    const { identity } = partsOf(await open(proxy.url, 'identity'));
    const before = await identity.id();
    proxy.loseAnswerTo('insert');
    expect(await identity.replace(before, 'next')).toBe(true);
    expect(await identity.id()).toBe('next');
  });
});

it('has another identity, and its indexes again, within a second after it was emptied', async () => {
  const database = await open(server.url, 'emptied');
  const { identity, apps } = partsOf(database);
  const before = await identity.id();
  await apps.append(appGeneration('web', 1));
  await database.connection.dropDatabase();
  await eventually(async () => (await identity.id()) !== before);
  const other = partsOf(await open(server.url, 'emptied'));
  expect(await other.identity.id()).toBe(await identity.id());
  expect(await apps.append(appGeneration('web', 1))).toBe(true);
  const names = (await database.connection.collection('apps').indexes()).map(({ name }) => name);
  expect(names).toContain('newest_of_name');
});

it('shows no containers of a report that was cut off, and clears them away with the next start', async () => {
  const database = await open(server.url, 'cut');
  const { hosts } = partsOf(database);
  const web = appReport('web', { containers: [container('1')] });
  await hosts.record(hostReport('h', 1, { apps: [web] }), NOW);
  const [detail] = await database.connection.collection<{ _id: string }>('host_apps').find().toArray();
  await database.connection.collection<{ _id: string }>('host_apps').insertOne({ ...detail!, _id: `${detail!._id}x` });
  expect(await hosts.containers({ limit: 9 })).toHaveLength(1);
  const later = new Date(NOW.getTime() + 1);
  await hosts.record(hostReport('h', 2, { apps: [web] }), later);
  await hosts.record(hostReport('h', 1, { start: 'second', apps: [web] }), later);
  await database.settled();
  expect(await database.connection.collection('host_apps').countDocuments()).toBe(1);
  expect(await hosts.containers({ limit: 9 })).toHaveLength(1);
});
