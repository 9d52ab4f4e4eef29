import type { ObservedContainer } from './observed';

/** What an Engine's list tells of a container, without its being asked for. */
export type Listed = Pick<ObservedContainer, 'name' | 'imageId' | 'state' | 'health' | 'exitCode' | 'networks'>;

/** What a list would tell of it: health of what runs, an exit code of what ended. */
export function listedOf({ name, imageId, state, health, exitCode, networks }: ObservedContainer): Listed {
  const ended = state === 'exited' || state === 'restarting';
  return {
    name,
    imageId,
    state,
    ...(state === 'running' && health && { health }),
    ...(ended && exitCode !== undefined && { exitCode }),
    networks,
  };
}

/** Whether a list says nothing of a container but what was seen of it when it was asked for. */
export function isAsSeen(listed: Listed, container: ObservedContainer): boolean {
  const seen = listedOf(container);
  return (
    listed.name === seen.name &&
    listed.imageId === seen.imageId &&
    listed.state === seen.state &&
    listed.health === seen.health &&
    listed.exitCode === seen.exitCode &&
    listed.networks.length === seen.networks.length &&
    listed.networks.every(({ id }) => seen.networks.some((network) => network.id === id))
  );
}
