import { posix } from 'node:path';
import type Docker from 'dockerode';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { RuntimeError } from '../runtime-error';
import { asRecord, asText, asTexts, type Raw } from './raw';

/** References and ids hold nothing else; and what a path is made of must not lead elsewhere. */
const REFERENCE = /^\w[\w.\-/:@]*$/;

/** @returns the id of the local image of this reference or id; undefined when there is none. */
export async function findImage(docker: Docker, reference: string): Promise<string | undefined> {
  return asText((await inspectImage(docker, reference))?.Id) || undefined;
}

/** @returns undefined when there is no such image. */
export async function imageLabels(docker: Docker, id: string): Promise<Record<string, string> | undefined> {
  const image = await inspectImage(docker, id);
  return image && asTexts(asRecord(image.Config).Labels);
}

/** @returns the paths where the image declares a volume, as a container's mounts name them; none when there is no such image */
export async function imageVolumes(docker: Docker, reference: string): Promise<Set<string>> {
  const config = asRecord(asRecord(await inspectImage(docker, reference)).Config);
  return new Set(Object.keys(asRecord(config.Volumes)).map((path) => posix.join('/', path).replace(/(?<=.)\/$/, '')));
}

async function inspectImage(docker: Docker, reference: string): Promise<Raw | undefined> {
  checkReference(reference);
  // dockerode can't abort this one; the limit lets go of it
  const found = await withLimit(LIMITS_MS.call, () =>
    docker
      .getImage(reference)
      .inspect()
      .catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }),
  );
  return found && asRecord(found);
}

export function checkReference(reference: string): void {
  if (REFERENCE.test(reference) && !reference.includes('..')) return;
  throw new RuntimeError('refused', `invalid reference format: ${JSON.stringify(reference.slice(0, 200))}`);
}
