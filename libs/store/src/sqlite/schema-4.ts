import type { DatabaseSync } from 'node:sqlite';

/** How far the reports of hosts had come that a person removed. */
export function schema4(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE forgotten_host (
      id TEXT NOT NULL PRIMARY KEY,
      start TEXT NOT NULL,
      count INTEGER NOT NULL,
      last_heard_at INTEGER NOT NULL,
      said TEXT NOT NULL,
      forgotten_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX forgotten_host_by_age ON forgotten_host (forgotten_at);`);
}
