import type Docker from 'dockerode';
import type { ContainerSpec, ObservedNetwork } from '../observed';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { findImage, imageVolumes } from './images';
import { container, observeNetworks } from './observe';
import { asRecord, asText, asTextList, type Raw } from './raw';
import { toCreateOptions } from './to-create-options';

const REMOVAL_IN_PROGRESS = 409;
/** What is made may be answered with 200 by a proxy. */
const CREATED = { 200: true, 201: true };

/** What the Engine answers when it made a container. */
interface Made {
  id: string;
  warnings: string[];
}

/** @returns the id of the container, which is on all its networks. */
export async function createContainer(
  docker: Docker,
  wanted: ContainerSpec,
  onWarning: (warning: string) => void = () => undefined,
): Promise<string> {
  const spec = await withHeirlooms(docker, wanted);
  const { id, warnings } = await createOfImage(docker, spec);
  try {
    for (const network of spec.networks.slice(1)) {
      await connectContainer(docker, id, network, spec.aliases?.[network] ?? []);
    }
  } catch (error) {
    // half made it would be started without a network that it should be on
    await removeContainer(docker, id, { v: true }).catch(() => undefined);
    throw error;
  }
  for (const warning of warnings) onWarning(warning);
  return id;
}

/**
 * Looks up what the container is made of while it is made, not before: it is as good as always there, and who waits for
 * the container would wait for the look as well.
 */
async function createOfImage(docker: Docker, spec: ContainerSpec): Promise<Made> {
  const [made, found] = await Promise.allSettled([engineCreate(docker, spec, spec.image), lookUp(docker, spec)]);
  const isAsMeant = found.status === 'fulfilled' && found.value.imageIsMeant && found.value.networkIsMeant;
  if (!isAsMeant && made.status === 'fulfilled') await removeContainer(docker, made.value.id, { v: true });
  if (found.status === 'rejected') throw found.reason;
  if (!isAsMeant) {
    // Another one has the name by now, or none has.
    const { imageIsMeant, networkIsMeant } = found.value;
    const byIds = networkIsMeant ? spec : { ...spec, networkName: undefined };
    return engineCreate(docker, byIds, imageIsMeant ? spec.image : spec.imageId);
  }
  if (made.status === 'rejected') throw made.reason;
  return made.value;
}

/** Of a path for which the container gets no anonymous volume, nothing is taken over. */
async function withHeirlooms(docker: Docker, spec: ContainerSpec): Promise<ContainerSpec> {
  if (!spec.inherits?.length) return spec;
  const { volumes, tmpfs } = spec.settings;
  const paths = await imageVolumes(docker, spec.imageId);
  for (const { source, target } of volumes) if (source) paths.delete(target);
  for (const { source, target } of volumes) if (!source) paths.add(target);
  for (const { target } of tmpfs) paths.delete(target);
  return { ...spec, inherits: spec.inherits.filter(({ target }) => paths.has(target)) };
}

/** @returns whether the names that it is made by are those of its image and its first network; throws where a network is missing */
async function lookUp(
  docker: Docker,
  spec: ContainerSpec,
): Promise<{ imageIsMeant: boolean; networkIsMeant: boolean }> {
  const [image, networks] = await Promise.all([findImage(docker, spec.image), observeNetworks(docker)]);
  checkNetworks(spec.networks, networks);
  const {
    networkName,
    networks: [first],
  } = spec;
  const named = networks.filter(({ name }) => name === networkName).map(({ id }) => id);
  const networkIsMeant =
    networkName === undefined || networkName === first || (named.length === 1 && named[0] === first);
  return { imageIsMeant: image === spec.imageId, networkIsMeant };
}

async function engineCreate(docker: Docker, spec: ContainerSpec, image: string): Promise<Made> {
  const { name, ...body } = toCreateOptions(spec, image);
  const answer = await withLimit(LIMITS_MS.call, (abortSignal) =>
    dial(docker, { path: '/containers/create?', options: { _query: { name }, _body: body }, abortSignal }),
  );
  return { id: asText(answer.Id), warnings: asTextList(answer.Warnings) };
}

/** dockerode's own call keeps the Engine's warnings to itself. */
function dial(docker: Docker, call: { path: string; options: object; abortSignal: AbortSignal }): Promise<Raw> {
  const modem = docker.modem as { dial(call: object, done: (error: unknown, answer: unknown) => void): void };
  return new Promise((resolve, reject) => {
    modem.dial({ ...call, method: 'POST', statusCodes: CREATED }, (error, answer) =>
      error ? reject(error as Error) : resolve(asRecord(answer)),
    );
  });
}

/** The Engine takes any network for a container that does not run, and says that it is missing at the start only. */
function checkNetworks(networks: readonly string[], there: readonly ObservedNetwork[]): void {
  const known = new Set(there.map(({ id }) => id));
  const missing = networks.find((network) => network !== 'host' && network !== 'none' && !known.has(network));
  if (missing !== undefined) throw new RuntimeError('not-found', `network ${missing} not found`);
}

export async function connectContainer(
  docker: Docker,
  id: string,
  network: string,
  aliases: readonly string[],
): Promise<void> {
  const target = docker.getNetwork(encodeURIComponent(network));
  await withLimit<unknown>(LIMITS_MS.call, (abortSignal) => {
    const EndpointConfig = { Aliases: [...aliases] };
    const options = { Container: id, ...(aliases.length > 0 && { EndpointConfig }), abortSignal }; // the types forgot the signal
    return target.connect(options);
  });
}

/** Being on none of that name is as good. */
export async function disconnectContainer(docker: Docker, id: string, network: string): Promise<void> {
  const target = docker.getNetwork(encodeURIComponent(network));
  const call = (abortSignal: AbortSignal) => {
    const options = { Container: id, abortSignal };
    return target.disconnect(options);
  };
  await withLimit<unknown>(LIMITS_MS.call, call).catch((error: RuntimeError) => {
    if (!/is not connected to/i.test(error.message)) throw error;
  });
}

/** Kills it when it runs. Ends when it is gone. @param v whether volumes go with it that the Engine made for it alone */
export async function removeContainer(docker: Docker, id: string, { v } = { v: false }): Promise<void> {
  const target = container(docker, id);
  const status = await withLimit(LIMITS_MS.call, (abortSignal) =>
    target.remove({ force: true, v, abortSignal }).then(() => 200, refusedWith),
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
