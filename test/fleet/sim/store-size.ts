import { type Connection, createConnection } from 'mongoose';

/** How many documents each collection has, by its name. */
export async function storeSize(url: string, database: string): Promise<Record<string, number>> {
  return withStore(url, database, async (connection) => {
    const collections = await connection.listCollections();
    const counts = collections.map(async ({ name }) => [name, await connection.collection(name).countDocuments()]);
    return Object.fromEntries(await Promise.all(counts)) as Record<string, number>;
  });
}

/** @returns how many documents of these hosts are left, whole or in parts */
export async function leftOfHosts(url: string, database: string, hosts: readonly string[]): Promise<number> {
  return withStore(url, database, async (connection) => {
    const ids = [...hosts];
    const whole = await connection.collection<{ _id: string }>('hosts').countDocuments({ _id: { $in: ids } });
    return whole + (await connection.collection('host_apps').countDocuments({ host: { $in: ids } }));
  });
}

export async function dropStore(url: string, database: string): Promise<void> {
  await withStore(url, database, (connection) => connection.dropDatabase());
}

async function withStore<T>(url: string, database: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await createConnection(url, { dbName: database }).asPromise();
  try {
    return await use(connection);
  } finally {
    await connection.close(true);
  }
}
