import { type HostPort, overlap, type Ownership, portNumberText, type Reason } from '@nebula/domain';
import type { Fate } from '../desired/desired-state';
import type { ObservedContainer, ObservedNetwork } from '../runtime';
import { type Ours, oursOf, type Remembered } from './ours';
import { byWorth, holdsPorts, type OwnedContainer } from './owned-container';

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

interface Holder {
  container: ObservedContainer;
  port: HostPort;
}

/** What is on the Engine, sorted by what plans ask of it. Built once a plan; what only clashes ask for, when they do. */
export class EngineView {
  /** Containers whose app is wanted, by app, most worth first. */
  readonly running = new Map<string, OwnedContainer[]>();
  /** Containers that have to go, by app. */
  readonly leaving = new Map<string, OwnedContainer[]>();
  /** Containers with our labels that nobody gave word on, and copies of ours. */
  readonly kept: Kept[] = [];
  readonly ours: Ours;
  private readonly ownById: ReadonlyMap<string, OwnedContainer>;
  private readonly containers: readonly ObservedContainer[];
  private names?: Map<string, ObservedContainer>;
  private holders?: Map<string, Holder[]>;
  private mounters?: Map<string, ObservedContainer[]>;
  private readonly networkIdByName = new Map<string, string>();
  readonly networkIds: ReadonlySet<string>;

  constructor(
    installation: string,
    containers: Iterable<ObservedContainer>,
    networks: readonly ObservedNetwork[],
    private readonly desired: WhatIsDesired,
    remembered: Remembered,
  ) {
    this.containers = [...containers];
    this.ours = oursOf(this.containers, installation, remembered);
    this.ownById = new Map(this.ours.own.map((container) => [container.id, container]));
    for (const owned of this.ours.own) {
      const owner = desired.ownerOf(owned.owner);
      this.sort(owner === owned.owner ? owned : { ...owned, owner }, desired.fateOf(owned.owner));
    }
    for (const container of this.ours.copies) this.kept.push({ container, reason: 'copied' });
    for (const list of [...this.running.values(), ...this.leaving.values()]) list.sort(byWorth);
    for (const { name, id } of networks) {
      const other = this.networkIdByName.get(name);
      if (other === undefined || id < other) this.networkIdByName.set(name, id);
    }
    this.networkIds = new Set(networks.map(({ id }) => id));
  }

  named(name: string): ObservedContainer | undefined {
    this.names ??= new Map(this.containers.map((container) => [container.name, container]));
    return this.names.get(name);
  }

  /** Containers that hold this host port now, of its address or of one that nobody can have beside it. */
  holding(port: HostPort): readonly ObservedContainer[] {
    this.holders ??= holdersOf(this.containers);
    const holders = this.holders.get(portNumberText(port)) ?? [];
    return holders.filter((held) => overlap(held.port.hostIp, port.hostIp)).map(({ container }) => container);
  }

  /** Containers that have this volume, in any state. */
  mounting(volume: string): readonly ObservedContainer[] {
    this.mounters ??= mountersOf(this.containers);
    return this.mounters.get(volume) ?? [];
  }

  /** The app of a container that is ours to change; undefined for all others. */
  appOf(container: ObservedContainer): string | undefined {
    const owned = this.ownById.get(container.id);
    if (!owned || this.desired.fateOf(owned.owner).do === 'keep') return undefined;
    return this.desired.ownerOf(owned.owner).app;
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
    push(fate.do === 'run' ? this.running : this.leaving, container.owner.app, container);
  }
}

function holdersOf(containers: readonly ObservedContainer[]): Map<string, Holder[]> {
  const holders = new Map<string, Holder[]>();
  for (const container of containers) {
    if (!holdsPorts(container)) continue;
    for (const port of container.ports) push(holders, portNumberText(port), { container, port });
  }
  return holders;
}

function mountersOf(containers: readonly ObservedContainer[]): Map<string, ObservedContainer[]> {
  const mounters = new Map<string, ObservedContainer[]>();
  for (const container of containers) {
    for (const { name } of container.volumes ?? []) push(mounters, name, container);
  }
  return mounters;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
