import type { DatabaseSync } from 'node:sqlite';
import { DomainError } from '@nebula/domain';
import { schema1 } from './schema-1';
import { schema2 } from './schema-2';
import { schema3 } from './schema-3';
import { schema4 } from './schema-4';
import { schema5 } from './schema-5';

export type Migration = (database: DatabaseSync) => void;

/** The n-th brings a file from schema n - 1 to schema n. Only ever grown: files of every version are out there. */
export const MIGRATIONS: readonly Migration[] = [schema1, schema2, schema3, schema4, schema5];

/** Brings the file to the newest schema, each step wholly or not at all; the version is the file's own `user_version`. */
export function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > migrations.length) {
    throw new DomainError(
      'unavailable',
      'store-newer',
      `the store was written by a newer Nebula (schema ${version}, this one knows ${migrations.length}): use that one`,
    );
  }
  for (let next = version; next < migrations.length; next++) {
    database.exec('BEGIN IMMEDIATE');
    try {
      migrations[next]!(database);
      database.exec(`PRAGMA user_version = ${next + 1}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
