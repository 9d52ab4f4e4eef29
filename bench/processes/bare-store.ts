import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import mongoose from 'mongoose';
import { answering, given } from './answering';
import { generationOf } from './generation-of';
import { type Swap, swapsPerSecond } from './store-load';
import type { StorePlace } from './store-place';

/**
 * The compare-and-set that SQLite has of itself: an update of the one row on the condition of its generation, flushed
 * as Nebula has it, each for itself.
 */
async function ofSqlite(folder: string): Promise<Swap> {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE app (name TEXT PRIMARY KEY, generation INTEGER NOT NULL, document TEXT NOT NULL)');
  const first = database.prepare("INSERT OR IGNORE INTO app VALUES (?, 0, '')");
  const next = database.prepare('UPDATE app SET generation = ?, document = ? WHERE name = ? AND generation = ?');
  return async (name, generation) => {
    if (generation === 1) first.run(name);
    const document = JSON.stringify(generationOf(name, generation));
    return next.run(generation, document, name, generation - 1).changes === 1;
  };
}

/** That of a server of MongoDB's protocol: an insert under an id that must not be there. FerretDB 1 has no other. */
async function ofMongo(url: string, database: string): Promise<Swap> {
  const connection = await mongoose
    .createConnection(url, { dbName: database, writeConcern: { w: 'majority' } })
    .asPromise();
  const collection = connection.collection<{ _id: string; document: string }>('bare');
  return async (name, generation) => {
    const document = JSON.stringify(generationOf(name, generation));
    const { acknowledged } = await collection.insertOne({ _id: `${name} ${generation}`, document });
    return acknowledged;
  };
}

const { store } = given<{ store: StorePlace }>();
const opened = 'folder' in store ? ofSqlite(store.folder) : ofMongo(store.url, store.database);

answering(
  opened.then(() => undefined),
  swapsPerSecond(async (name, generation) => (await opened)(name, generation)),
);
