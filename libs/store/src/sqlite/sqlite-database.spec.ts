import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DomainError } from '@nebula/domain';
import { appGeneration } from '../desired-store.contract';
import { MIGRATIONS, type Migration } from './migrations';
import { SqliteAppStore } from './sqlite-app-store';
import { DATABASE_FILE, type OpenOptions, SqliteDatabase } from './sqlite-database';
import { SqliteStoreIdentity } from './sqlite-store-identity';

let folder: string;
let open: SqliteDatabase[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nebula-store-'));
  open = [];
});
afterEach(() => {
  for (const database of open) database.close();
  rmSync(folder, { recursive: true });
});

function openStore(options: OpenOptions = {}, where = folder): SqliteDatabase {
  const database = SqliteDatabase.open(where, { busyTimeoutMs: 10, ...options });
  open.push(database);
  return database;
}

function failureOf(work: () => unknown): DomainError {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const AWAY = { kind: 'unavailable', code: 'store-away' };
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const setting = (database: SqliteDatabase, name: string) =>
  database.read((sql) => Object.values(sql.get<object>(`PRAGMA ${name}`)!)[0] as unknown);

describe('opening', () => {
  it('makes a folder and files that are the owner’s alone', () => {
    const inside = join(folder, 'a', 'b');
    openStore({}, inside);
    expect(modeOf(inside)).toBe(0o700);
    expect(modeOf(join(inside, DATABASE_FILE))).toBe(0o600);
    expect(modeOf(join(inside, `${DATABASE_FILE}-wal`))).toBe(0o600);
  });

  it('takes others’ rights to the file away, and leaves a folder that was there as it is', () => {
    openStore().close();
    chmodSync(join(folder, DATABASE_FILE), 0o644);
    chmodSync(folder, 0o755);
    openStore();
    expect(modeOf(join(folder, DATABASE_FILE))).toBe(0o600);
    expect(modeOf(folder)).toBe(0o755);
  });

  it('asks for the disk’s flush with every commit, each time', async () => {
    openStore().close();
    const database = openStore();
    expect(await setting(database, 'synchronous')).toBe(2);
    expect(await setting(database, 'journal_mode')).toBe('wal');
    expect(await setting(database, 'busy_timeout')).toBe(10);
  });

  it('keeps the identity and all that was stored', async () => {
    const first = openStore();
    const id = await new SqliteStoreIdentity(first).id();
    await new SqliteAppStore(first).append(appGeneration('web', 1));
    first.close();
    const second = openStore();
    expect(await new SqliteStoreIdentity(second).id()).toBe(id);
    expect(await new SqliteAppStore(second).newest('web')).toEqual(appGeneration('web', 1));
  });

  it('refuses a file that is in use, in this process or another, and leaves it in use', async () => {
    const database = openStore();
    expect(failureOf(() => openStore())).toMatchObject({ kind: 'unavailable', code: 'store-locked' });
    const other = `
      const { DatabaseSync } = require('node:sqlite');
      try { new DatabaseSync(process.argv[1]).exec('BEGIN IMMEDIATE'); } catch (error) { console.log(error.errcode); }`;
    const run = () => spawnSync(process.execPath, ['-e', other, database.file], { encoding: 'utf8' }).stdout.trim();
    expect(run()).toBe('5');
    database.close();
    expect(run()).toBe('');
  });

  it('refuses a damaged file with words, whatever is in it', () => {
    openStore().close();
    const file = join(folder, DATABASE_FILE);
    truncateSync(file, 5000);
    expect(failureOf(() => openStore())).toMatchObject({ kind: 'unavailable', code: 'store-damaged' });
    writeFileSync(file, 'no database at all, but long enough to be looked at'.repeat(200));
    const { code, message } = failureOf(() => openStore());
    expect([code, message]).toEqual(['store-damaged', expect.stringContaining(file)]);
  });

  it('refuses a folder that cannot be one with words', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(failureOf(() => openStore({}, join(folder, 'file')))).toMatchObject(AWAY);
    expect(failureOf(() => openStore({}, join(folder, 'file', 'inside'))).message).toContain('ENOTDIR');
    mkdirSync(join(folder, 'taken', DATABASE_FILE), { recursive: true });
    expect(failureOf(() => openStore({}, join(folder, 'taken')))).toMatchObject(AWAY);
  });
});

describe('the schema', () => {
  const add =
    (table: string): Migration =>
    (database) =>
      database.exec(`CREATE TABLE ${table} (x)`);
  const tables = (database: SqliteDatabase) =>
    database.read((sql) => sql.all<{ name: string }>(`SELECT name FROM sqlite_master WHERE name LIKE 'new%'`));

  it('of every older version is brought forward, with what is in it', async () => {
    for (let version = 0; version < MIGRATIONS.length; version++) {
      const where = join(folder, `v${version}`);
      openStore({ migrations: MIGRATIONS.slice(0, version) }, where).close();
      expect(await setting(openStore({}, where), 'user_version')).toBe(MIGRATIONS.length);
    }
    const first = openStore({ migrations: MIGRATIONS.slice(0, 1) });
    await new SqliteAppStore(first).append(appGeneration('web', 1));
    first.close();
    const later = openStore({ migrations: [...MIGRATIONS, add('new1'), add('new2')] });
    expect(await new SqliteAppStore(later).newest('web')).toEqual(appGeneration('web', 1));
    expect(await tables(later)).toHaveLength(2);
  });

  it('of a newer version is refused, and the file left alone', async () => {
    openStore({ migrations: [...MIGRATIONS, add('new1')] }).close();
    const { code, message } = failureOf(() => openStore());
    expect([code, message]).toEqual(['store-newer', expect.stringContaining('newer Nebula')]);
    expect(await tables(openStore({ migrations: [...MIGRATIONS, add('new1')] }))).toHaveLength(1);
  });

  it('moves by whole steps: one that fails leaves the file as it was', async () => {
    openStore().close();
    const broken: Migration = (database) => database.exec('CREATE TABLE new2 (x); CREATE TABLE head (x)');
    expect(() => openStore({ migrations: [...MIGRATIONS, add('new1'), broken] })).toThrow('head already exists');
    const again = openStore({ migrations: [...MIGRATIONS, add('new1'), add('new2')] });
    expect(await tables(again)).toHaveLength(2);
  });
});

describe('writing', () => {
  it('shares a commit, in which a write that fails is rolled back alone', async () => {
    const database = openStore();
    const store = new SqliteAppStore(database);
    const writes = await Promise.allSettled([
      store.append(appGeneration('a', 1)),
      database.write((sql) => {
        sql.run('DELETE FROM head');
        throw new TypeError('ours');
      }),
      database.write((sql) => sql.run(`INSERT INTO identity (only, id, checks) VALUES (1, '', 0)`)),
      store.append(appGeneration('b', 1)),
    ]);
    expect(writes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(writes[1]).toMatchObject({ reason: expect.any(TypeError) });
    expect((await store.list({ limit: 9 })).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('takes more at once than one commit holds', async () => {
    const store = new SqliteAppStore(openStore());
    const names = Array.from({ length: 1000 }, (_, index) => `app${index}`);
    expect(await Promise.all(names.map((name) => store.append(appGeneration(name, 1))))).not.toContain(false);
    expect(await store.newestOf(names)).toHaveLength(1000);
  });

  it('refuses when the disk is full, reads on, and works by itself once there is room', async () => {
    const database = openStore();
    const store = new SqliteAppStore(database);
    const big = (name: string) =>
      store.append(appGeneration(name, 1, { spec: { name, image: 'i', env: { E: 'x'.repeat(60_000) } } }));
    expect(await big('before')).toBe(true);
    const pages = (await setting(database, 'page_count')) as number;
    await setting(database, `max_page_count = ${pages}`);
    await expect(big('during')).rejects.toMatchObject({ ...AWAY, message: expect.stringContaining('full') });
    expect((await store.list({ limit: 9 })).map(({ name }) => name)).toEqual(['before']);
    await setting(database, `max_page_count = ${pages + 1000}`);
    expect(await big('after')).toBe(true);
    expect(await store.newest('during')).toBeUndefined();
  });

  it('refuses when the file can only be read, and works by itself once it can be written', async () => {
    const database = openStore();
    const identity = new SqliteStoreIdentity(database);
    await database.read((sql) => sql.run('PRAGMA query_only = 1'));
    await expect(identity.check()).rejects.toMatchObject({ ...AWAY, message: expect.stringContaining('only be read') });
    await database.read((sql) => sql.run('PRAGMA query_only = 0'));
    await identity.check();
  });

  it('rejects all writes of a commit that fails, and keeps none', async () => {
    const database = openStore();
    const store = new SqliteAppStore(database);
    await database.write((sql) =>
      sql.run(`CREATE TABLE child (x REFERENCES identity (only) DEFERRABLE INITIALLY DEFERRED)`),
    );
    const writes = await Promise.allSettled([
      store.append(appGeneration('a', 1)),
      database.write((sql) => sql.run('INSERT INTO child VALUES (9)')),
    ]);
    expect(writes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(writes[0]).toMatchObject({ reason: AWAY });
    expect(await store.newest('a')).toBeUndefined();
    expect(await store.append(appGeneration('a', 1))).toBe(true);
  });

  it('is refused once the file was removed, for nobody would find it again', async () => {
    const database = openStore();
    const store = new SqliteAppStore(database);
    renameSync(database.file, `${database.file}.away`);
    await expect(store.append(appGeneration('a', 1))).rejects.toMatchObject(AWAY);
    renameSync(`${database.file}.away`, database.file);
    expect(await store.append(appGeneration('a', 1))).toBe(true);
  });

  it('that waits is committed when the store is closed; later calls are refused', async () => {
    const database = openStore();
    const store = new SqliteAppStore(database);
    const waiting = store.append(appGeneration('a', 1));
    database.close();
    database.close();
    expect(await waiting).toBe(true);
    await expect(store.append(appGeneration('b', 1))).rejects.toMatchObject(AWAY);
    await expect(store.newest('a')).rejects.toMatchObject(AWAY);
    expect(await new SqliteAppStore(openStore()).newest('a')).toBeDefined();
  });
});

it('a damaged page is told by words, and ends nothing', async () => {
  const database = openStore();
  const store = new SqliteAppStore(database);
  for (let n = 1; n < 200; n++)
    await store.append(appGeneration('web', n, { spec: { name: 'web', image: 'x'.repeat(4000) } }));
  database.close();
  const raw = new DatabaseSync(database.file);
  const { rootpage } = raw.prepare(`SELECT rootpage FROM sqlite_master WHERE name = 'generation'`).get() as {
    rootpage: number;
  };
  raw.close();
  damage(database.file, (rootpage - 1) * 4096);
  const again = new SqliteAppStore(openStore());
  await expect(again.newest('web')).rejects.toMatchObject({ ...AWAY, message: expect.stringContaining('damaged') });
});

function damage(file: string, offset: number): void {
  const script = `const fs = require('node:fs'); const f = fs.openSync(process.argv[1], 'r+');
    fs.writeSync(f, Buffer.alloc(4096, 0xab), 0, 4096, Number(process.argv[2]));`;
  expect(spawnSync(process.execPath, ['-e', script, file, String(offset)]).status).toBe(0);
}
