import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { appGeneration, groupGeneration, tombstone } from '../desired-store.contract';
import { container } from '../host-reports.arbitrary';
import { schema1 } from './schema-1';
import { SqliteAppStore } from './sqlite-app-store';
import { DATABASE_FILE, SqliteDatabase } from './sqlite-database';
import { SqliteGroupStore } from './sqlite-group-store';
import { SqliteHostStore } from './sqlite-host-store';
import { SqliteStoreIdentity } from './sqlite-store-identity';

const FIXTURE = readFileSync(join(__dirname, 'fixtures', 'schema-1.sql'), 'utf8');

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'nebula-store-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const schemaOf = (database: DatabaseSync) => {
  const rows = database.prepare('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name').all();
  return (rows as { sql: string }[]).map(({ sql }) => sql.replace(/\s+/g, ' '));
};

it('the first schema is still the one whose files are out there', () => {
  const [ours, theirs] = [new DatabaseSync(':memory:'), new DatabaseSync(':memory:')];
  schema1(ours);
  theirs.exec(FIXTURE);
  expect(schemaOf(ours)).toEqual(schemaOf(theirs));
});

it('a file of the first schema is read for ever', async () => {
  const old = new DatabaseSync(join(folder, DATABASE_FILE));
  old.exec(FIXTURE);
  old.close();
  const database = SqliteDatabase.open(folder);
  const apps = new SqliteAppStore(database);
  expect(await new SqliteStoreIdentity(database).id()).toBe('8f0c3a52-1f0e-4d0b-9a51-0c4f6c1d2e3f');
  expect(await apps.list({ limit: 9 })).toEqual([appGeneration('web', 2)]);
  expect(await apps.newest('old')).toEqual(tombstone('old', 2));
  expect(await apps.generations('web', { limit: 9 })).toHaveLength(2);
  expect((await apps.unpublished(9)).map(({ name }) => name)).toEqual(['old']);
  const groups = new SqliteGroupStore(database);
  expect(await groups.newest('edge')).toEqual(groupGeneration('edge', 1, ['web']));
  expect(await groups.listing('web')).toEqual(['edge']);
  const hosts = new SqliteHostStore(database);
  expect(await hosts.host('h1')).toMatchObject({ selection: { all: false, names: ['db'], group: 'edge' }, store: 's' });
  expect(await hosts.appOnHost('web', 'h1')).toEqual({
    app: 'web',
    generation: 1,
    state: 'failed',
    reason: 'exited',
    error: 'e',
  });
  expect(await hosts.containers({ limit: 9 })).toEqual([{ ...container('1'), host: 'h1', app: 'web' }]);
  const now = new Date('2026-01-02T00:00:00Z');
  expect(await hosts.counts({ app: 'web', groups: ['edge'] }, 1, now)).toMatchObject({ hosts: 1, failed: 1 });
  expect(await hosts.counts({ app: 'db', groups: [] }, 1, now)).toMatchObject({ hosts: 1, converging: 1 });
  database.close();
});
