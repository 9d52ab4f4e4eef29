import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { desiredStoreContract } from '../desired-store.contract';
import { hostStoreContract } from '../host-store.contract';
import { SqliteAppStore } from './sqlite-app-store';
import { SqliteDatabase } from './sqlite-database';
import { SqliteGroupStore } from './sqlite-group-store';
import { SqliteHostStore } from './sqlite-host-store';
import { SqliteStoreIdentity } from './sqlite-store-identity';

const opened: { folder: string; database: SqliteDatabase }[] = [];

function open(): SqliteDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'nebula-store-'));
  const database = SqliteDatabase.open(folder);
  opened.push({ folder, database });
  return database;
}

afterEach(() => {
  for (const { folder, database } of opened.splice(0)) {
    database.close();
    rmSync(folder, { recursive: true });
  }
});

describe('the embedded store of desired state', () => {
  desiredStoreContract(async () => {
    const database = open();
    return {
      apps: new SqliteAppStore(database),
      groups: new SqliteGroupStore(database),
      identity: new SqliteStoreIdentity(database),
      replica: new SqliteStoreIdentity(database),
    };
  });
});

describe('the embedded store of hosts', () => {
  hostStoreContract(async () => new SqliteHostStore(open()));
});
