import { join } from 'node:path';
import { Database } from '../test/services/database';
import type { Progress } from '../test/fleet/sim/progress';

/** Has the work done on a server of its own, at an address without the name of a database. Rejects where none starts. */
export async function onFerretDb<T>(progress: Progress, folder: string, work: (url: string) => Promise<T>): Promise<T> {
  const starting = Database.start({ folder: join(folder, 'ferretdb') });
  const database = await progress.during('FerretDB, built the first time', starting);
  try {
    return await work(database.url);
  } finally {
    await database.remove();
  }
}

/** An error in one line, for a note. */
export const inOneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');
