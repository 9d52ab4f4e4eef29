import type { DatabaseSync } from 'node:sqlite';

/** What was deleted last is found without walking through all that ever was. */
export function schema2(database: DatabaseSync): void {
  database.exec('CREATE INDEX head_deleted ON head (noun, seq) WHERE deleted = 1');
}
