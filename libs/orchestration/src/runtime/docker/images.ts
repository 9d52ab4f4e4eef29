import type Docker from 'dockerode';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { RuntimeError } from '../runtime-error';
import { asRecord, asText } from './raw';

/** References and ids hold nothing else; and what a path is made of must not lead elsewhere. */
const REFERENCE = /^\w[\w.\-/:@]*$/;

/** @returns the id of the local image of this reference or id; undefined when there is none. */
export async function findImage(docker: Docker, reference: string): Promise<string | undefined> {
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
  return asText(asRecord(found).Id) || undefined;
}

export function checkReference(reference: string): void {
  if (REFERENCE.test(reference) && !reference.includes('..')) return;
  throw new RuntimeError('refused', `invalid reference format: ${JSON.stringify(reference.slice(0, 200))}`);
}
