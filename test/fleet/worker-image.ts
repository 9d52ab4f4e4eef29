import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import type { Docker } from '../live/support/docker';
import { buildImages } from '../services/image';
import { repository } from '../services/repository';

/** What is built outlives the fleet: it takes twenty seconds, and none as long as nothing changes. */
const CACHE = join(repository, '.cache', 'images');

export interface WorkerImage {
  /** A file of `docker save`. */
  tar: string;
  /** The image's name in it. */
  reference: string;
}

/**
 * Makes the worker's image out of what is built, on this Engine, unless that was done before.
 * @param folder gets its file: the kept one goes when a next run has other sources, and hosts may join until the end
 */
export async function workerImage(folder: string, docker: Docker): Promise<WorkerImage> {
  const { worker } = await buildImages({ folder: CACHE, docker, scratch: folder }, ['worker']);
  const tar = join(folder, 'worker.tar');
  await link(worker, tar).catch(() => copyFile(worker, tar));
  return { tar, reference: 'nebula/worker:latest' };
}
