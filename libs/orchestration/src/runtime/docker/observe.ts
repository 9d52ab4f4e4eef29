import type Docker from 'dockerode';
import type { KnownContainers } from '../container-runtime';
import { isAsSeen } from '../listed';
import type { ObservedContainer, ObservedNetwork } from '../observed';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { Lanes } from './lanes';
import { asList, asRecord, asText, asTexts } from './raw';
import { toListed } from './to-listed';
import { needsNetworks, toObserved } from './to-observed';

/** A host may have thousands of containers: so many are asked for at once. */
const INSPECTS_AT_ONCE = 16;

export async function observeAll(
  docker: Docker,
  known: KnownContainers = () => undefined,
): Promise<ObservedContainer[]> {
  const listed = await withLimit(LIMITS_MS.call, (abortSignal) => docker.listContainers({ all: true, abortSignal }));
  const lanes = new Lanes(INSPECTS_AT_ONCE);
  let asked: Promise<ObservedNetwork[]> | undefined;
  const networks = (): Promise<ObservedNetwork[]> => (asked ??= observeNetworks(docker));
  const looks = asList(listed).map(async (one) => {
    const entry = asRecord(one);
    const id = asText(entry.Id);
    const seen = known(id);
    if (seen && isAsSeen(toListed(entry), seen)) return seen;
    return id === '' ? undefined : lanes.run(() => observeOne(docker, id, networks));
  });
  return (await Promise.all(looks)).filter((container) => container !== undefined);
}

/** @param networks asked only where the answer about the container needs them to be read */
export async function observeOne(
  docker: Docker,
  id: string,
  networks = () => observeNetworks(docker),
): Promise<ObservedContainer | undefined> {
  const raw = await inspectRaw(docker, id);
  return toObserved(raw, needsNetworks(raw) ? await networks() : []);
}

/** @returns undefined when there is none. */
export function inspectRaw(docker: Docker, id: string): Promise<unknown> {
  return withLimit<unknown>(LIMITS_MS.call, (abortSignal) =>
    container(docker, id)
      .inspect({ abortSignal })
      .catch((error: unknown) => {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }),
  );
}

export async function observeNetworks(docker: Docker): Promise<ObservedNetwork[]> {
  const listed = await withLimit(LIMITS_MS.call, (abortSignal) => docker.listNetworks({ abortSignal }));
  return asList(listed)
    .map(asRecord)
    .map((raw) => ({ id: asText(raw.Id), name: asText(raw.Name), labels: asTexts(raw.Labels) }))
    .filter(({ id }) => id !== '');
}

/** dockerode puts ids into the path as they are. */
export function container(docker: Docker, id: string): Docker.Container {
  return docker.getContainer(encodeURIComponent(id));
}
