import Dockerode from 'dockerode';
import { busyboxImage } from './busybox-image';
import type { Nebula } from './nebula';

/** Goes on until it is asked to end, and then ends at once. */
export const STEADY = shell('trap "exit 0" TERM; sleep 1d & wait');
/** Hears SIGTERM and does not mind. */
export const DEAF = shell('trap "" TERM; while :; do sleep 1; done');

/** A command for the images made here. */
export function shell(script: string): string[] {
  return ['sh', '-c', script];
}

/** Raw access to an Engine, for what a test does by hand. @param host as in DOCKER_HOST, a socket */
export function rawEngine({ docker }: Pick<Nebula, 'docker'>): Dockerode {
  return new Dockerode({ socketPath: docker.host.replace('unix://', '') });
}

/** An image made here, on the Engine of an installation, and gone with it. @returns its id */
export function makeImage(
  nebula: Nebula,
  reference: string,
  command: string[],
  changes: string[] = [],
): Promise<string> {
  const lines = [`LABEL ${nebula.label}`, `CMD ${JSON.stringify(command)}`, ...changes];
  return busyboxImage(rawEngine(nebula), reference, lines);
}

/** One whose containers go on. @returns its reference */
export async function steadyImage(nebula: Nebula, name = 'steady:1', changes: string[] = []): Promise<string> {
  const reference = nebula.named(name);
  await makeImage(nebula, reference, STEADY, changes);
  return reference;
}
