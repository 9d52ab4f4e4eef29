import { type App, type AppGeneration, containerSettings, ownershipLabels, type Port } from '@nebula/domain';
import type { ContainerSpec } from '../runtime';

export interface Identity {
  installation: string;
  store: string;
}

export const finalName = (app: string, ordinal: number): string => `${app}-${ordinal}`;

/**
 * The name of a container that waits for its final one, still held by the one that it replaces. Never the final name of
 * any app: those end in a dash and digits.
 */
export function interimName(
  app: string,
  ordinal: number,
  generation: number,
  taken: (name: string) => boolean,
): string {
  let name = `${finalName(app, ordinal)}.g${generation}`;
  while (taken(name)) name += 'x';
  return name;
}

/** Ports of the n-th container. */
export const portsOf = (app: App, ordinal: number): Port[] =>
  app.ports.map((port) => ({ ...port, host: port.host + ordinal - 1 }));

/** Docker's own networks know no names. */
const WITHOUT_NAMES: readonly string[] = ['bridge', 'host', 'none'];

/** The names by which others on this network find a container, besides its own: all of an app by the app's. */
export const aliasesOn = (network: string, app: App): string[] => (WITHOUT_NAMES.includes(network) ? [] : [app.name]);

/** @param settings the hash that goes on the label */
export function containerSpec(
  identity: Identity,
  generation: AppGeneration,
  app: App,
  ordinal: number,
  made: Pick<ContainerSpec, 'name' | 'imageId' | 'inherits'> & { settings: string },
): ContainerSpec {
  const labels = ownershipLabels({
    ...identity,
    app: app.name,
    generation: generation.generation,
    ordinal,
    settings: made.settings,
    life: { bornAt: generation.bornAt, restartedAt: generation.restartedAt },
  });
  return {
    name: made.name,
    image: app.image,
    imageId: made.imageId,
    labels: { ...app.labels, ...labels },
    settings: { ...containerSettings(app), ports: portsOf(app, ordinal) },
    networks: [],
    ...(made.inherits?.length && { inherits: made.inherits }),
    aliases: Object.fromEntries(app.networks.map((network) => [network, aliasesOn(network, app)])),
  };
}
