import type { Ownership, Port, Reason } from '@nebula/domain';
import type { Fate } from '../desired/desired-state';
import type { ObservedContainer, ObservedNetwork } from '../runtime';
import { byWorth, holdsPorts, type OwnedContainer, readLabels } from './owned-container';

export const portKey = (port: Port): string => `${port.host}/${port.protocol}`;

/** What desired state says of a container, by its labels. */
export interface WhatIsDesired {
  /** The labels in the words of the store that is followed. */
  ownerOf(labels: Ownership): Ownership;
  fateOf(labels: Ownership): Fate;
}

export interface Kept {
  container: OwnedContainer;
  reason?: Reason;
}

/** What is on the Engine, sorted by what plans ask of it. Built once a plan, in one pass. */
export class EngineView {
  /** Containers whose app is wanted, by app, most worth first. */
  readonly running = new Map<string, OwnedContainer[]>();
  /** Containers that have to go, by app. */
  readonly leaving = new Map<string, OwnedContainer[]>();
  /** Containers with our labels that nobody gave word on. */
  readonly kept: Kept[] = [];
  private readonly names = new Map<string, ObservedContainer>();
  private readonly holders = new Map<string, ObservedContainer[]>();
  private readonly owned = new Map<string, OwnedContainer>();
  private readonly networkIdByName = new Map<string, string>();
  readonly networkIds: ReadonlySet<string>;

  constructor(
    installation: string,
    containers: Iterable<ObservedContainer>,
    networks: readonly ObservedNetwork[],
    desired: WhatIsDesired,
  ) {
    for (const container of containers) {
      this.names.set(container.name, container);
      if (holdsPorts(container)) for (const port of container.ports) push(this.holders, portKey(port), container);
      const owned = readLabels(container);
      if (owned?.owner.installation !== installation) continue;
      const owner = desired.ownerOf(owned.owner);
      this.sort(owner === owned.owner ? owned : { ...owned, owner }, desired.fateOf(owned.owner));
    }
    for (const list of [...this.running.values(), ...this.leaving.values()]) list.sort(byWorth);
    for (const { name, id } of networks) {
      const other = this.networkIdByName.get(name);
      if (other === undefined || id < other) this.networkIdByName.set(name, id);
    }
    this.networkIds = new Set(networks.map(({ id }) => id));
  }

  named(name: string): ObservedContainer | undefined {
    return this.names.get(name);
  }

  /** Containers that hold this host port now. */
  holding(key: string): readonly ObservedContainer[] {
    return this.holders.get(key) ?? [];
  }

  /** The app of a container that is ours to change; undefined for all others. */
  appOf(container: ObservedContainer): string | undefined {
    return this.owned.get(container.id)?.owner.app;
  }

  keptReason(container: ObservedContainer): Reason | undefined {
    return this.kept.find((kept) => kept.container.id === container.id)?.reason;
  }

  /** The id of the network to use: of two of one name, the lower. */
  networkId(name: string): string | undefined {
    return this.networkIdByName.get(name);
  }

  private sort(container: OwnedContainer, fate: Fate): void {
    if (fate.do === 'keep') {
      this.kept.push({ container, reason: fate.reason });
      return;
    }
    this.owned.set(container.id, container);
    push(fate.do === 'run' ? this.running : this.leaving, container.owner.app, container);
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
