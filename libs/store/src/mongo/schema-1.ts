import type { Connection } from 'mongoose';
import { type Index, INDEXES } from './indexes';

/** The first schema: its indexes. Those that later versions add go into migrations of their own. */
export async function schema1(connection: Connection): Promise<void> {
  const made = new Set((await connection.listCollections()).map(({ name }) => name));
  for (const [name, indexes] of Object.entries(INDEXES)) {
    const collection = connection.collection(name);
    const known = new Set(made.has(name) ? (await collection.indexes()).map((index) => index.name) : []);
    // One by one: FerretDB ends the connection when it is asked for several that are there.
    for (const [index, { keys, unique }] of Object.entries<Index>(indexes))
      if (!known.has(index)) await collection.createIndex(keys, { name: index, ...(unique ? { unique } : {}) });
  }
}
