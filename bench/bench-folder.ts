import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../test/services/repository';

/** Beside the sources, not among temporary files: those may be in memory, where to write for certain costs nothing. */
const FOLDER = join(repository, '.cache', 'bench');

/** Gives the work an empty folder, without what a run that was killed left in it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  try {
    return await work(FOLDER);
  } finally {
    await rm(FOLDER, { recursive: true, force: true });
  }
}
