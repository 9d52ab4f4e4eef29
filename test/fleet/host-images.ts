import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Docker } from '../live/support/docker';
import { writeBusyboxTar } from './busybox-tar';
import { IMAGES } from './fleet-options';
import { together } from './together';
import { type WorkerImage, workerImage } from './worker-image';

const ROOM_MEGABYTES = 3072;

/** What every host has before its worker starts. Made once, loaded everywhere: the ids are the same on all hosts. */
export class HostImages {
  private readonly small: Promise<string>;
  private worker?: Promise<WorkerImage>;

  /** @param more files of `docker save` */
  constructor(
    private readonly folder: string,
    private readonly more: readonly string[],
  ) {
    const tar = join(folder, 'busybox.tar');
    this.small = writeBusyboxTar(tar, IMAGES).then(() => tar);
    // Heard of where it is awaited.
    this.small.catch(() => undefined);
  }

  /** That an Engine needs for them, for the build of one, and for tests' own. Memory is taken only when it is used. */
  get roomMegabytes(): number {
    const megabytes = this.more.map((tar) => Math.ceil(statSync(tar).size / 2 ** 20));
    return ROOM_MEGABYTES + 3 * megabytes.reduce((sum, size) => sum + size, 0);
  }

  /** Loads all of them. @returns the name of the worker's image */
  async load(docker: Docker): Promise<string> {
    // The first host's Engine builds; the others wait for its file.
    this.worker ??= workerImage(this.folder, docker);
    const [{ reference }] = await together([
      this.worker.then(async (image) => {
        await load(docker, image.tar);
        return image;
      }),
      this.small.then((tar) => load(docker, tar)),
      ...this.more.map((tar) => load(docker, tar)),
    ]);
    return reference;
  }
}

async function load(docker: Docker, tar: string): Promise<void> {
  await docker.run(['load', '--quiet', '--input', tar], { within: 120_000 });
}
