import type Docker from 'dockerode';
import { RuntimeError } from '../runtime-error';
import { LIMITS_MS, withLimit } from './call-limit';
import { statusOf } from './docker-errors';
import { asList, asRecord, asText, asTexts } from './raw';

export async function volumeLabels(docker: Docker, name: string): Promise<Record<string, string> | undefined> {
  const found = await withLimit(LIMITS_MS.call, (abortSignal) =>
    docker.getVolume(encodeURIComponent(name)).inspect({ abortSignal }).catch(missing),
  );
  return found && asTexts(asRecord(found).Labels);
}

export async function volumesLabelled(docker: Docker, label: string, value: string): Promise<string[]> {
  const found = await withLimit<unknown>(LIMITS_MS.call, (abortSignal) =>
    docker.listVolumes({ filters: { label: [`${label}=${value}`] }, abortSignal }),
  );
  return asList(asRecord(found).Volumes).map((volume) => asText(asRecord(volume).Name));
}

/** @returns the labels of the volume that is there then, ours or not */
export async function ensureVolume(
  docker: Docker,
  name: string,
  labels: Record<string, string>,
): Promise<Record<string, string>> {
  const there = await volumeLabels(docker, name);
  if (there) return there;
  // the Engine takes the second of two that make it at once for content with the first's
  await withLimit(LIMITS_MS.call, (abortSignal) => docker.createVolume({ Name: name, Labels: labels, abortSignal }));
  const made = await volumeLabels(docker, name);
  if (!made) throw new RuntimeError('conflict', `volume ${name} was removed as soon as it was made`);
  return made;
}

export async function removeVolume(docker: Docker, name: string): Promise<void> {
  await withLimit<unknown>(LIMITS_MS.call, (abortSignal) =>
    docker.getVolume(encodeURIComponent(name)).remove({ abortSignal }).catch(missing),
  );
}

function missing(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error;
}
