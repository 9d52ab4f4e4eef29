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

/** Makes the worker's image out of what is built, on this Engine, unless that was done before. */
export async function workerImage(docker: Docker): Promise<WorkerImage> {
  const { worker } = await buildImages({ folder: CACHE, docker }, ['worker']);
  return { tar: worker, reference: 'nebula/worker:latest' };
}
