import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** The log of apps and device groups: documents in the order they were stored, and the newest of each name. */
const GENERATIONS = `
  CREATE TABLE generation (
    seq INTEGER PRIMARY KEY,
    noun TEXT NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX generation_of_name ON generation (noun, name, generation);

  CREATE TABLE head (
    noun TEXT NOT NULL,
    name TEXT NOT NULL,
    generation INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    published INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (noun, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX head_living ON head (noun, name, seq) WHERE deleted = 0;
  CREATE INDEX head_unpublished ON head (noun, seq) WHERE published < generation;

  CREATE TABLE listed (
    app TEXT NOT NULL,
    device_group TEXT NOT NULL,
    PRIMARY KEY (app, device_group)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX listed_by_group ON listed (device_group);
`;

/** Times are milliseconds since 1970, by the receiver's clock. */
const HOSTS = `
  CREATE TABLE host (
    id TEXT PRIMARY KEY,
    start TEXT NOT NULL,
    count INTEGER NOT NULL,
    superseded_start TEXT NOT NULL,
    every_app INTEGER NOT NULL,
    device_group TEXT,
    group_generation INTEGER NOT NULL,
    first_heard_at INTEGER NOT NULL,
    last_heard_at INTEGER NOT NULL,
    said TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX host_on_every_app ON host (every_app, id, last_heard_at) WHERE every_app = 1;
  CREATE INDEX host_by_age ON host (last_heard_at, id);
  CREATE INDEX host_of_group ON host (device_group, id, last_heard_at, group_generation);

  CREATE TABLE host_list (
    app TEXT NOT NULL,
    host TEXT NOT NULL,
    PRIMARY KEY (app, host)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX host_list_by_host ON host_list (host);

  CREATE TABLE host_app (
    app TEXT NOT NULL,
    host TEXT NOT NULL,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    leaving INTEGER NOT NULL,
    PRIMARY KEY (app, host)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX host_app_by_host ON host_app (host, app, state, leaving);
  CREATE INDEX host_app_unfinished ON host_app (app, state, reason, host) WHERE state <> 'converged';

  CREATE TABLE trouble (
    app TEXT NOT NULL,
    host TEXT NOT NULL,
    error TEXT,
    until TEXT,
    container TEXT,
    log TEXT,
    PRIMARY KEY (app, host)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX trouble_by_host ON trouble (host);
`;

/** One index for each way to page through: with and without an app, by state, by health, by both. */
const CONTAINERS = `
  CREATE TABLE container (
    host TEXT NOT NULL,
    app TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    health TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (host, app, ordinal, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX container_of_app ON container (app, host, ordinal, id);
  CREATE INDEX container_of_app_by_state ON container (app, state, host, ordinal, id);
  CREATE INDEX container_of_app_by_health ON container (app, health, host, ordinal, id);
  CREATE INDEX container_of_app_by_both ON container (app, state, health, host, ordinal, id);
  CREATE INDEX container_by_state ON container (state, host, app, ordinal, id);
  CREATE INDEX container_by_health ON container (health, host, app, ordinal, id);
  CREATE INDEX container_by_both ON container (state, health, host, app, ordinal, id);
`;

const IDENTITY = `
  CREATE TABLE identity (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    checks INTEGER NOT NULL
  ) STRICT;
`;

/** The first schema. Never edited: files made by it are read by every later version. */
export function schema1(database: DatabaseSync): void {
  database.exec(GENERATIONS + HOSTS + CONTAINERS + IDENTITY);
  database.prepare('INSERT INTO identity (only, id, checks) VALUES (1, ?, 0)').run(randomUUID());
}
