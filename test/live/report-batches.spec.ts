import { appReport, at, container, hostReport, NEVER_SILENT } from '@nebula/store/host-reports.arbitrary';
import { MongoDatabase, MongoHostStore } from '@nebula/store/mongo';
import { BATCHES, MONGODB } from '@nebula/store/mongo/server';

const url = process.env.NEBULA_TEST_MONGO!;
const HOSTS = 30;
/**
 * As a server would be asked for which batches are made, but by small ones: a few dozen would take FerretDB a second.
 * Conditions it cannot keep to while others write the same document, which nobody does here at the same instant.
 */
const SERVER = { ...MONGODB, batches: { ...BATCHES, hosts: 10 } };
const names = Array.from({ length: HOSTS }, (_, number) => `h${number}`);

let ours: MongoDatabase;
let theirs: MongoDatabase;
let store: MongoHostStore;
let other: MongoHostStore;

const opened = async (): Promise<MongoDatabase> => {
  const database = await MongoDatabase.open({ url, database: `nebula_batches_${process.pid}` });
  database.server = SERVER;
  return database;
};

beforeAll(async () => {
  ours = await opened();
  theirs = await opened();
});
afterAll(async () => {
  await ours.connection.dropDatabase();
  await theirs.close();
  await ours.close();
});
beforeEach(async () => {
  await ours.settled();
  await ours.connection.collection('hosts').deleteMany({});
  await ours.connection.collection('host_apps').deleteMany({});
  await ours.connection.collection('meta').deleteMany({ kind: 'forgotten' });
  store = new MongoHostStore(ours);
  other = new MongoHostStore(theirs);
});
afterEach(() => jest.restoreAllMocks());

/** Has the other monitor do this after a batch was decided and before it is written, once. */
function between(work: () => Promise<unknown>): void {
  const insertNew = ours.hostApps.insertNew.bind(ours.hostApps);
  jest.spyOn(ours.hostApps, 'insertNew').mockImplementationOnce(async (documents, until) => {
    await work();
    return insertNew(documents, until);
  });
}

const running = (app: string) => appReport(app, { containers: [container(app)] });
const reportOf = (host: string, count: number, app: string) =>
  hostReport(host, count, { full: false, apps: [running(app)] });
const appsOf = async (host: string) => (await store.containers({ host, limit: 9 })).map(({ app }) => app);

test('many hosts are taken in by a few calls of the server', async () => {
  const find = jest.spyOn(ours.hosts, 'find');
  const write = jest.spyOn(ours.hosts, 'writeEach');
  await Promise.all(names.map((host) => store.record(reportOf(host, 1, 'web'), at(1))));
  expect(find.mock.calls.length).toBeLessThan(10);
  expect(write.mock.calls.length).toBeLessThan(10);
  expect(await store.counts({ app: 'web', groups: [] }, 1, NEVER_SILENT)).toMatchObject({ converged: HOSTS });
  expect(await store.hosts({ limit: 1000 })).toHaveLength(HOSTS);
  const remove = jest.spyOn(ours.hostApps, 'removeEach');
  const other = appReport('web', { containers: [container('other')] });
  const reports = names.map((host) => hostReport(host, 2, { full: false, apps: [other] }));
  await Promise.all(reports.map((report) => store.record(report, at(2))));
  await ours.settled();
  expect(remove.mock.calls.length).toBeLessThan(10);
  expect(await ours.connection.collection('host_apps').countDocuments()).toBe(HOSTS);
});

test.each(['new', 'known'])(
  'a %s host that another monitor changes meanwhile keeps what both were told',
  async (which) => {
    if (which === 'known') for (const host of ['h1', 'h2']) await store.record(reportOf(host, 1, 'old'), at(0));
    between(() => other.record(reportOf('h1', 2, 'theirs'), at(1)));
    const changed = await Promise.all([
      store.record(reportOf('h1', 3, 'ours'), at(2)),
      store.record(reportOf('h2', 2, 'ours'), at(2)),
    ]);
    expect(changed).toEqual([['ours'], ['ours']]);
    const before = which === 'known' ? ['old'] : [];
    expect(await appsOf('h1')).toEqual([...before, 'ours', 'theirs']);
    expect(await appsOf('h2')).toEqual([...before, 'ours']);
    await ours.settled();
    expect(await ours.connection.collection('host_apps').countDocuments()).toBe(which === 'known' ? 5 : 3);
  },
);

test('a host that is forgotten meanwhile is there again by its report', async () => {
  await store.record(reportOf('h1', 1, 'old'), at(0));
  between(() => other.forget('h1', at(2)));
  await store.record(reportOf('h1', 2, 'ours'), at(1));
  expect(await appsOf('h1')).toEqual(['ours']);
});

test('a host whose document cannot be read harms no other', async () => {
  await store.record(reportOf('h1', 1, 'web'), at(0));
  await ours.connection.collection('hosts').updateOne({ _id: 'h1' as never }, { $set: { rows: 'no JSON' } });
  await store.record(reportOf('h2', 1, 'web'), at(0));
  await store.forget('h2', at(0));
  await ours.connection.collection('meta').updateOne({ kind: 'forgotten' }, { $set: { value: 'no JSON' } });
  const outcomes = await Promise.allSettled(
    ['h1', 'h2', 'h3'].map((host) => store.record(reportOf(host, 2, 'web'), at(1))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});
