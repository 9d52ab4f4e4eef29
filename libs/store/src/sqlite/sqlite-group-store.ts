import type { GroupGeneration } from '@nebula/domain';
import type { GroupStore } from '../desired-store';
import type { SqliteDatabase } from './sqlite-database';
import { SqliteGenerationStore } from './sqlite-generation-store';
import type { Statements } from './statements';

export const GROUP_SQL = {
  unlist: `/* by listed_by_group */
    DELETE FROM listed WHERE device_group = :group`,
  enlist: `INSERT INTO listed (app, device_group) SELECT DISTINCT value, :group FROM json_each(:apps)`,
  listing: `/* by PRIMARY KEY */
    SELECT device_group FROM listed WHERE app = :app ORDER BY device_group`,
} as const;

export class SqliteGroupStore extends SqliteGenerationStore<GroupGeneration> implements GroupStore {
  constructor(database: SqliteDatabase) {
    super(database, 'device-group');
  }

  async listing(app: string): Promise<string[]> {
    const rows = await this.database.read((sql) => sql.all<{ device_group: string }>(GROUP_SQL.listing, { app }));
    return rows.map((row) => row.device_group);
  }

  protected override add(sql: Statements, entry: GroupGeneration): boolean {
    if (!super.add(sql, entry)) return false;
    sql.run(GROUP_SQL.unlist, { group: entry.name });
    sql.run(GROUP_SQL.enlist, { group: entry.name, apps: JSON.stringify(entry.apps) });
    return true;
  }
}
