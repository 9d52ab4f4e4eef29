import type Docker from 'dockerode';
import type { ObservedNetwork } from '../observed';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { observeNetworks } from './observe';
import { asList, asRecord, asText } from './raw';

/**
 * Two workers that ask at the same instant can make two networks of one name, and then the Engine starts no container on
 * either. All look again after they made one: the lowest id stays, and whoever made another takes it away.
 */
export async function ensureNetwork(docker: Docker, name: string, labels: Record<string, string>): Promise<string> {
  let found = await named(docker, name);
  if (found.length === 0) {
    const made = await create(docker, name, labels);
    found = await named(docker, name);
    if (found.length === 0) return made; // removed again meanwhile: using it will say so
  }
  const [first, ...doubles] = found;
  for (const double of doubles) if (isOurs(double, labels)) await removeIfEmpty(docker, double.id);
  return first!.id;
}

/** Lowest id first. */
async function named(docker: Docker, name: string): Promise<ObservedNetwork[]> {
  const networks = await observeNetworks(docker); // the Engine's own filter takes parts of names
  return networks.filter((network) => network.name === name).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** @returns its id, '' when somebody else was first */
async function create(docker: Docker, name: string, labels: Record<string, string>): Promise<string> {
  const call = (abortSignal: AbortSignal) =>
    docker
      .createNetwork({ Name: name, Driver: 'bridge', CheckDuplicate: true, Labels: labels, abortSignal })
      .catch((error: unknown) => {
        if (statusOf(error) === 409) return { id: '' };
        throw error;
      });
  const { id } = await withLimit(LIMITS_MS.call, call);
  return id;
}

function isOurs(network: ObservedNetwork, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([label, value]) => network.labels[label] === value);
}

/** Also a container that was made for it and never started would be lost with it. */
async function removeIfEmpty(docker: Docker, id: string): Promise<void> {
  const all = await withLimit(LIMITS_MS.call, (abortSignal) => docker.listContainers({ all: true, abortSignal }));
  if (asList(all).some((listed) => isOn(listed, id))) return;
  // somebody's container may come on it in this instant: the Engine refuses then
  await withLimit(LIMITS_MS.call, (abortSignal) => docker.getNetwork(id).remove({ abortSignal })).catch(
    () => undefined,
  );
}

function isOn(listed: unknown, id: string): boolean {
  const { HostConfig, NetworkSettings } = asRecord(listed);
  const endpoints = Object.values(asRecord(asRecord(NetworkSettings).Networks));
  return (
    asText(asRecord(HostConfig).NetworkMode) === id ||
    endpoints.some((endpoint) => asText(asRecord(endpoint).NetworkID) === id)
  );
}
