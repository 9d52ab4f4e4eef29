import { StoreIdentity } from '../desired-store';
import type { SqliteDatabase } from './sqlite-database';
import { storeAway } from './store-away';

export class SqliteStoreIdentity extends StoreIdentity {
  constructor(private readonly database: SqliteDatabase) {
    super();
  }

  override async id(): Promise<string> {
    const row = await this.database.read((sql) => sql.get<{ id: string }>('SELECT id FROM identity WHERE only = 1'));
    if (!row) throw storeAway('has lost its identity');
    return row.id;
  }

  override async replace(before: string, next: string): Promise<boolean> {
    const change = 'UPDATE identity SET id = :next WHERE only = 1 AND id = :before';
    return (await this.database.write((sql) => sql.run(change, { next, before }))).changes === 1;
  }

  override async check(): Promise<void> {
    const before = await this.checks();
    await this.database.write((sql) => sql.run('UPDATE identity SET checks = checks + 1 WHERE only = 1'));
    if ((await this.checks()) <= before) throw storeAway('did not keep what was written');
  }

  private async checks(): Promise<number> {
    const row = await this.database.read((sql) => sql.get<{ checks: number }>('SELECT checks FROM identity'));
    return row?.checks ?? Number.MAX_SAFE_INTEGER;
  }
}
