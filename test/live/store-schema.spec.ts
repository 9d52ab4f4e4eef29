import { appGeneration } from '@nebula/store/desired-store.contract';
import { MongoAppStore, MongoDatabase, MongoGroupStore, MongoHostStore, MongoStoreIdentity } from '@nebula/store/mongo';
import { INDEXES } from '@nebula/store/mongo/indexes';
import { MIGRATIONS } from '@nebula/store/mongo/migrations';
import type { Query } from '@nebula/store/mongo/queries';
import { SAMPLES } from '@nebula/store/mongo/queries.contract';
import { Logger } from '@nestjs/common';
import { FIRST_SCHEMA } from './store-first-schema';
import { eventually } from './support/eventually';

jest.setTimeout(30_000);

const url = process.env.NEBULA_TEST_MONGO!;
const opened: MongoDatabase[] = [];
let names = 0;

/** @returns connections to one new database */
async function openNew(replicas = 1): Promise<MongoDatabase[]> {
  const database = `nebula_schema_${process.pid}_${names++}`;
  const all = await Promise.all(Array.from({ length: replicas }, () => MongoDatabase.open({ url, database })));
  opened.push(...all);
  // A busy machine takes longer for the indexes than the start waits.
  for (const one of all) await eventually(() => new MongoStoreIdentity(one).id());
  return all;
}

beforeAll(() => Logger.overrideLogger(false));
afterAll(async () => {
  for (const database of opened) {
    await database.connection.dropDatabase();
    await database.close();
  }
});

async function indexesOf({ connection }: MongoDatabase, collection: string): Promise<Record<string, object>> {
  const indexes = await connection.collection(collection).indexes();
  return Object.fromEntries(
    indexes
      .filter(({ name }) => name !== '_id_')
      .map(({ name, key, unique }) => [name, { keys: key, ...(unique ? { unique } : {}) }]),
  );
}

it('a new database has each index that the queries name', async () => {
  const [database] = await openNew();
  for (const [collection, indexes] of Object.entries(INDEXES))
    expect(await indexesOf(database!, collection)).toEqual(indexes);
});

it('replicas that start at once on a new database make it once', async () => {
  const replicas = await openNew(4);
  const versions = await replicas[0]!.connection.collection('meta').find({ kind: 'schema' }).toArray();
  const numbers = versions.map(({ number }) => number as number).toSorted((a, b) => a - b);
  expect(numbers).toEqual(MIGRATIONS.map((_, index) => index + 1));
  expect(Object.keys(await indexesOf(replicas[3]!, 'hosts')).sort()).toEqual(Object.keys(INDEXES.hosts).sort());
});

it('a database that a newer Nebula wrote stops the start, and says which', async () => {
  const [{ connection }] = (await openNew()) as [MongoDatabase];
  await connection
    .collection<{ _id: string }>('meta')
    .insertOne({ _id: 'schema-99', kind: 'schema', number: 99 } as never);
  await expect(MongoDatabase.open({ url, database: connection.name })).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'store-newer',
    message: expect.stringContaining('schema 99'),
  });
});

it('an address that cannot be read stops the start, and is not told', async () => {
  const open = MongoDatabase.open({ url: 'mongodb://user:sesame@host:port:1/?bad', database: 'x' });
  await expect(open).rejects.toMatchObject({ code: 'store-url', message: expect.not.stringContaining('sesame') });
});

it('a database of the first schema is read for ever', async () => {
  const [{ connection }] = (await openNew()) as [MongoDatabase];
  for (const [collection, documents] of Object.entries(FIRST_SCHEMA)) {
    await connection.collection(collection).deleteMany({});
    await connection.collection(collection).insertMany(documents);
  }
  const database = await MongoDatabase.open({ url, database: connection.name });
  opened.push(database);
  expect(await new MongoStoreIdentity(database).id()).toBe('8f0c3a52-1f0e-4d0b-9a51-0c4f6c1d2e3f');
  const apps = new MongoAppStore(database);
  expect(await apps.list({ limit: 9 })).toEqual([appGeneration('web', 1)]);
  expect(await apps.unpublished(9)).toHaveLength(1);
  expect(await apps.append(appGeneration('web', 2))).toBe(true);
  expect(await new MongoGroupStore(database).listing('web')).toEqual(['edge']);
  const hosts = new MongoHostStore(database);
  expect(await hosts.host('h1')).toMatchObject({ store: 's', groupGeneration: 1, apps: { failed: 1 } });
  expect(await hosts.appOnHost('web', 'h1')).toMatchObject({ state: 'failed', reason: 'exited', error: 'e' });
  expect(await hosts.containers({ state: 'exited', limit: 9 })).toMatchObject([{ host: 'h1', app: 'web', id: '1' }]);
  const counts = await hosts.counts({ app: 'web', groups: ['edge'] }, 1, new Date(0));
  expect(counts).toMatchObject({ hosts: 1, failed: 1 });
});

interface Stage {
  stage?: string;
  indexName?: string;
  inputStage?: Stage;
  inputStages?: Stage[];
}

const stagesOf = (stage: Stage): Stage[] => [
  stage,
  ...[stage.inputStage ?? [], stage.inputStages ?? []].flat().flatMap(stagesOf),
];

/** The plan of a server that has any; others answer with words of their own, or not at all. */
async function planOf({ connection }: MongoDatabase, collection: string, query: Query): Promise<Stage[] | undefined> {
  const cursor = connection.collection(collection).find(query.filter, query.sort ? { sort: query.sort } : {});
  const explained = await cursor.explain().catch(() => undefined);
  const plan = (explained as { queryPlanner?: { winningPlan?: Stage & { queryPlan?: Stage } } } | undefined)
    ?.queryPlanner?.winningPlan;
  return plan && stagesOf(plan.queryPlan ?? plan);
}

/** FerretDB plans nothing: there this says no more than that the server takes each query. */
it('each query is taken by the server, which walks through no collection where it has plans, and sorts no page', async () => {
  const [database] = (await openNew()) as [MongoDatabase];
  for (const [name, collection, query] of SAMPLES) {
    const sort = query.sort ? { sort: query.sort } : {};
    const found = database.connection.collection(collection).find(query.filter, sort);
    expect({ name, taken: Array.isArray(await found.toArray()) }).toEqual({ name, taken: true });
    const plan = await planOf(database, collection, query);
    if (!plan) continue;
    const stages = plan.map(({ stage }) => stage);
    expect({ name, stages }).toEqual({ name, stages: expect.not.arrayContaining(['COLLSCAN']) });
    if (query.sort) expect({ name, stages }).toEqual({ name, stages: expect.not.arrayContaining(['SORT']) });
    const used = plan.flatMap(({ indexName }) => indexName ?? []);
    expect({ name, strangers: used.filter((index) => !query.by.includes(index)) }).toEqual({ name, strangers: [] });
  }
});
