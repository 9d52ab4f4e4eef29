import type { DatabaseSync } from 'node:sqlite';

/** What hosts warn of an app, whatever state it is in. */
export function schema5(database: DatabaseSync): void {
  database.exec(`
    CREATE TABLE warning (
      app TEXT NOT NULL,
      text TEXT NOT NULL,
      host TEXT NOT NULL,
      PRIMARY KEY (app, text, host)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX warning_by_host ON warning (host, app);`);
}
