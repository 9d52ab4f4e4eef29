import type { EngineView } from './engine-view';
import { holdsPorts, type OwnedContainer } from './owned-container';

/** Docker's own networks: their ids may be others after each start of the Engine, which finds them by their names. */
const BUILT_IN: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/**
 * Names of the networks that a container which does not run is bound to by ids that are no more: it can't be started
 * before it is taken off them, also where there is one of that name again.
 */
export function staleNetworks(container: OwnedContainer, { networkIds }: EngineView): string[] {
  if (holdsPorts(container)) return [];
  const stale = container.networks.filter(({ id, name }) => !BUILT_IN.has(name) && !networkIds.has(id));
  return stale.map(({ name }) => name);
}
