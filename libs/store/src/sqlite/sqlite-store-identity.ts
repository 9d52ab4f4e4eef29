import { checkIdentity, StoreIdentity } from '../desired-store';
import type { SqliteDatabase } from './sqlite-database';
import { storeAway } from './store-away';

/** Each query names the index that serves it; a test holds them to it. */
export const IDENTITY_SQL = {
  id: `/* by PRIMARY KEY */ SELECT id FROM identity WHERE only = 1`,
  replace: `/* by PRIMARY KEY */ UPDATE identity SET id = :next WHERE only = 1 AND id = :before`,
  count: `/* by PRIMARY KEY */ UPDATE identity SET checks = checks + 1 WHERE only = 1`,
  counted: `/* by PRIMARY KEY */ SELECT checks FROM identity WHERE only = 1`,
} as const;

export class SqliteStoreIdentity extends StoreIdentity {
  constructor(private readonly database: SqliteDatabase) {
    super();
  }

  override async id(): Promise<string> {
    const row = await this.database.read((sql) => sql.get<{ id: string }>(IDENTITY_SQL.id));
    if (!row) throw storeAway('has lost its identity');
    return row.id;
  }

  override async replace(before: string, next: string): Promise<boolean> {
    checkIdentity(next);
    return (await this.database.write((sql) => sql.run(IDENTITY_SQL.replace, { before, next }))).changes === 1;
  }

  override async check(): Promise<void> {
    const before = await this.checks();
    await this.database.write((sql) => sql.run(IDENTITY_SQL.count));
    if ((await this.checks()) <= before) throw storeAway('did not keep what was written');
  }

  private async checks(): Promise<number> {
    const row = await this.database.read((sql) => sql.get<{ checks: number }>(IDENTITY_SQL.counted));
    return row?.checks ?? Number.MAX_SAFE_INTEGER;
  }
}
