import { appGeneration, desiredStoreContract } from '@nebula/store/desired-store.contract';
import { hostStoreContract } from '@nebula/store/host-store.contract';
import { MongoAppStore, MongoDatabase, MongoGroupStore, MongoHostStore, MongoStoreIdentity } from '@nebula/store/mongo';
import { BATCHES, FERRETDB_1, MONGODB, ONE_BY_ONE } from '@nebula/store/mongo/server';

const url = process.env.NEBULA_TEST_MONGO!;
let database: MongoDatabase;
beforeAll(async () => {
  database = await MongoDatabase.open({ url, database: `nebula_contract_${process.pid}` });
});
afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
});

/** What every test begins with: nothing, as in a new database, and the indexes kept. */
async function empty(): Promise<void> {
  await database.settled();
  await Promise.all(Object.values(database.connection.collections).map((collection) => collection.deleteMany({})));
}

// The server decides which it is; both are right on every one.
describe.each([
  ['asked as MongoDB is', MONGODB],
  ['asked as FerretDB 1 is', FERRETDB_1],
])('the store of desired state on a server of MongoDB’s protocol, %s', (_, server) => {
  desiredStoreContract(async () => {
    await empty();
    database.server = server;
    return {
      apps: new MongoAppStore(database),
      groups: new MongoGroupStore(database),
      identity: new MongoStoreIdentity(database),
      replica: new MongoStoreIdentity(database),
    };
  });
});

test('what another replica stores, and takes away, is followed by ids', async () => {
  await empty();
  database.server = FERRETDB_1;
  const [ours, others] = [new MongoAppStore(database), new MongoAppStore(database)];
  const store = async (from: number, to: number): Promise<void> => {
    for (let next = from; next <= to; next++) expect(await others.append(appGeneration('web', next))).toBe(true);
  };
  const newest = async (): Promise<number | undefined> => (await ours.newest('web'))?.generation;
  const scans = jest.spyOn(ours, 'newestOf');
  await store(1, 1);
  expect([await newest(), scans.mock.calls.length]).toEqual([1, 1]);
  await store(2, 4);
  expect([await newest(), scans.mock.calls.length]).toEqual([4, 1]);
  expect([await newest(), scans.mock.calls.length]).toEqual([4, 1]);
  await store(5, 40);
  expect([await newest(), scans.mock.calls.length]).toEqual([40, 2]);
  await store(41, 43);
  await others.prune('web', 1);
  expect([await newest(), scans.mock.calls.length]).toEqual([43, 3]);
  await database.connection.collection('apps').deleteMany({});
  expect([await newest(), scans.mock.calls.length]).toEqual([undefined, 4]);
  await store(1, 1);
  expect(await newest()).toBe(1);
});

describe.each([
  ['one by one', ONE_BY_ONE],
  ['in batches', BATCHES],
])('the store of hosts on a server of MongoDB’s protocol, %s', (_, batches) => {
  hostStoreContract(async () => {
    await empty();
    database.server = { ...FERRETDB_1, batches };
    return new MongoHostStore(database);
  });
});
