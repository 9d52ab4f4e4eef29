import { createConnection, type Connection } from 'mongoose';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from './database';
import { answersMongo } from './mongo-greeting';

async function withConnection<T>(database: Database, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = createConnection(`${database.url}/trial`, { serverSelectionTimeoutMS: 1000 });
  try {
    await connection.asPromise();
    return await use(connection);
  } finally {
    await connection.close(true);
  }
}

const put = (database: Database, name: string) =>
  withConnection(database, (connection) => connection.collection('things').insertOne({ name }));

const names = (database: Database) =>
  withConnection(database, async (connection) => {
    const things = await connection.collection<{ name: string }>('things').find().sort({ name: 1 }).toArray();
    return things.map(({ name }) => name);
  });

const serves = (database: Database) => answersMongo(database.host, database.port);

describe('a database of the test’s own', () => {
  let database: Database;

  // The first time it is compiled.
  beforeAll(async () => (database = await Database.start()), 300_000);
  afterAll(() => database.remove());

  test('keeps what it was told through a stop and through kill -9', async () => {
    await put(database, 'a');
    await database.stop();
    await expect(serves(database)).resolves.toBe(false);
    await database.start();
    await put(database, 'b');
    await database.kill();
    await expect(serves(database)).resolves.toBe(false);
    await database.start();
    await expect(names(database)).resolves.toEqual(['a', 'b']);
  });

  test('ends soon while clients are connected', async () => {
    await withConnection(database, async () => {
      const since = performance.now();
      await database.stop();
      expect(performance.now() - since).toBeLessThan(10_000);
    });
    await database.start();
  });

  test('answers nobody while it is frozen, and goes on afterwards', async () => {
    database.freeze();
    await expect(serves(database)).resolves.toBe(false);
    database.thaw();
    await expect(serves(database)).resolves.toBe(true);
  });

  test('has lost everything after a wipe', async () => {
    await put(database, 'c');
    await database.wipe();
    await database.start();
    await expect(names(database)).resolves.toEqual([]);
  });

  test('has ended what a killed program left in its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nebula-twice-'));
    const left = await Database.start({ folder });
    await put(left, 'a');
    await expect(Database.start({ port: left.port })).rejects.toThrow('somebody listens');
    const next = await Database.start({ folder, port: left.port });
    await expect(names(next)).resolves.toEqual(['a']);
    await next.remove();
    await left.remove();
    await rm(folder, { recursive: true });
  });

  test('nothing of it stays after it was removed', async () => {
    const { pid } = database;
    await database.remove();
    await expect(readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).resolves.toBe('');
    await expect(serves(database)).resolves.toBe(false);
  });
});
