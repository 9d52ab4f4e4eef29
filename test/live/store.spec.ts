import { desiredStoreContract } from '@nebula/store/desired-store.contract';
import { hostStoreContract } from '@nebula/store/host-store.contract';
import { BATCHES, ONE_BY_ONE } from '@nebula/store/mongo/mongo-options';
import { MongoAppStore, MongoDatabase, MongoGroupStore, MongoHostStore, MongoStoreIdentity } from '@nebula/store/mongo';

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

describe('the store of desired state on a server of MongoDB’s protocol', () => {
  desiredStoreContract(async () => {
    await empty();
    return {
      apps: new MongoAppStore(database),
      groups: new MongoGroupStore(database),
      identity: new MongoStoreIdentity(database),
    };
  });
});

// The server decides which it is; both are right on every one.
describe.each([
  ['one by one', ONE_BY_ONE],
  ['in batches', BATCHES],
])('the store of hosts on a server of MongoDB’s protocol, %s', (_, batches) => {
  hostStoreContract(async () => {
    await empty();
    database.batches = batches;
    return new MongoHostStore(database);
  });
});
