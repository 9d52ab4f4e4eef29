import type { DatabaseSync } from 'node:sqlite';

/** The start that a host's last one took the place of stands with its other former starts, in what the host said. */
export function schema3(database: DatabaseSync): void {
  database.exec('ALTER TABLE host DROP COLUMN superseded_start');
}
