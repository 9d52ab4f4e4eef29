import type Docker from 'dockerode';
import type { ContainerSpec } from '../observed';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { findImage } from './images';
import { container, observeNetworks } from './observe';
import { toCreateOptions } from './to-create-options';

const REMOVAL_IN_PROGRESS = 409;

/** @returns the id of the container, which is on all its networks. */
export async function createContainer(docker: Docker, spec: ContainerSpec): Promise<string> {
  const [named] = await Promise.all([findImage(docker, spec.image), checkNetworks(docker, spec.networks)]);
  const options = toCreateOptions(spec, named === spec.imageId ? spec.image : spec.imageId);
  const { id } = await withLimit(LIMITS_MS.call, (abortSignal) => docker.createContainer({ ...options, abortSignal }));
  try {
    for (const network of spec.networks.slice(1)) await connectContainer(docker, id, network);
  } catch (error) {
    // half made it would be started without a network that it should be on
    await removeContainer(docker, id).catch(() => undefined);
    throw error;
  }
  return id;
}

/** The Engine takes any network for a container that does not run, and says that it is missing at the start only. */
async function checkNetworks(docker: Docker, networks: readonly string[]): Promise<void> {
  const known = new Set((await observeNetworks(docker)).map(({ id }) => id));
  const missing = networks.find((network) => network !== 'host' && network !== 'none' && !known.has(network));
  if (missing !== undefined) throw new RuntimeError('not-found', `network ${missing} not found`);
}

export async function connectContainer(docker: Docker, id: string, network: string): Promise<void> {
  const target = docker.getNetwork(encodeURIComponent(network));
  await withLimit<unknown>(LIMITS_MS.call, (abortSignal) => {
    const options = { Container: id, abortSignal }; // the types forgot the signal
    return target.connect(options);
  });
}

/** Kills it when it runs, and takes its anonymous volumes along. Ends when it is gone. */
export async function removeContainer(docker: Docker, id: string): Promise<void> {
  const target = container(docker, id);
  const status = await withLimit(LIMITS_MS.call, (abortSignal) =>
    target.remove({ force: true, v: true, abortSignal }).then(() => 200, refusedWith),
  );
  if (status !== REMOVAL_IN_PROGRESS) return;
  await withLimit(LIMITS_MS.call, (abortSignal) =>
    target.wait({ condition: 'removed', abortSignal }).then(() => 200, refusedWith),
  );
}

/** Gone, or going by another's hand; anything else is an error. */
function refusedWith(error: unknown): number {
  const status = statusOf(error);
  if (status !== 404 && !(status === REMOVAL_IN_PROGRESS && /already in progress/.test(String(error)))) throw error;
  return status;
}
