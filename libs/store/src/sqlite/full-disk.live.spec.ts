import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appGeneration } from '../desired-store.contract';
import { SqliteAppStore } from './sqlite-app-store';
import { SqliteDatabase } from './sqlite-database';

let disk: string;
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'nebula-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
});
afterEach(() => {
  execFileSync('umount', [disk]);
  rmdirSync(disk);
});

const FULL = { kind: 'unavailable', code: 'store-away', message: expect.stringContaining('full') };
const spec = (name: string) => ({ name, image: 'i', env: { E: 'x'.repeat(60_000) } });

async function appendUntilFull(store: SqliteAppStore): Promise<number> {
  for (let generation = 1; ; generation++) {
    const stored = store.append(appGeneration('web', generation, { spec: spec('web') }));
    const error: unknown = await stored.then(
      () => undefined,
      (reason) => reason as unknown,
    );
    if (error === undefined) continue;
    expect(error).toMatchObject(FULL);
    return generation - 1;
  }
}

it('a disk that runs full refuses changes, keeps every accepted one, and goes on once there is room', async () => {
  let database = SqliteDatabase.open(disk);
  let store = new SqliteAppStore(database);
  const accepted = await appendUntilFull(store);
  expect(accepted).toBeGreaterThan(1);
  expect(await store.newest('web')).toMatchObject({ generation: accepted });

  database.close();
  database = SqliteDatabase.open(disk);
  store = new SqliteAppStore(database);
  expect(await store.generations('web', { limit: 100 })).toHaveLength(accepted);
  await expect(
    Promise.all(Array.from({ length: 40 }, (_, n) => store.append(appGeneration(`a${n}`, 1, { spec: spec('a') })))),
  ).rejects.toMatchObject(FULL);

  execFileSync('mount', ['-o', 'remount,size=16m', disk]);
  expect(await store.append(appGeneration('web', accepted + 1))).toBe(true);
  expect((await store.list({ limit: 100 })).map(({ name }) => name)).toEqual(['web']);
  database.close();
});

it('a disk that is full before the first start is told by words, and is enough once there is room', () => {
  const { bavail, bsize } = statfsSync(disk);
  const other = join(disk, 'other');
  writeFileSync(other, Buffer.alloc(bavail * bsize));
  expect(() => SqliteDatabase.open(join(disk, 'store'))).toThrow(/the store .* (is|has|cannot|could)/);
  rmSync(other);
  SqliteDatabase.open(join(disk, 'store')).close();
});

it('a disk that can only be read is told by words', () => {
  SqliteDatabase.open(disk).close();
  execFileSync('mount', ['-o', 'remount,ro', disk]);
  expect(() => SqliteDatabase.open(disk)).toThrow(/the store .* (only be read|cannot be opened)/);
});
