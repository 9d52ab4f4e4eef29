import type { ContainerSpec, ObservedNetwork } from '../observed';
import { RuntimeError } from '../runtime-error';
import type { EventHub } from './event-hub';

export interface FakeNetwork {
  id: string;
  name: string;
  labels: Record<string, string>;
}

const BUILT_IN = ['bridge', 'host', 'none'];
export const isBuiltIn = (name: string): boolean => BUILT_IN.includes(name);

/** The machine's networks; as Docker's, two may have one name. */
export class FakeNetworks {
  private readonly byId = new Map<string, FakeNetwork>();

  /** @param isAttached whether a container, in any state, is on the network */
  constructor(
    private readonly newId: () => string,
    private readonly events: EventHub,
    private readonly isAttached: (id: string) => boolean,
  ) {
    for (const name of BUILT_IN) this.add(name, {});
  }

  list(): ObservedNetwork[] {
    return [...this.byId.values()].map((network) => ({ ...network, labels: { ...network.labels } }));
  }

  get(id: string): FakeNetwork {
    const network = this.find(id);
    if (!network) throw new RuntimeError('not-found', `network ${id} not found`);
    return network;
  }

  find(idOrName: string): FakeNetwork | undefined {
    return this.byId.get(idOrName) ?? this.named(idOrName)[0];
  }

  create(name: string, labels: Record<string, string>): string {
    const { id } = this.add(name, labels);
    this.events.emit({ kind: 'network', id, action: 'create' });
    return id;
  }

  remove(id: string): void {
    if (!this.byId.delete(id)) return;
    this.events.emit({ kind: 'network', id, action: 'destroy' });
  }

  ensure(name: string, labels: Record<string, string>): string {
    if (this.named(name).length === 0) this.create(name, labels);
    const [first, ...doubles] = this.named(name);
    for (const double of doubles) {
      const ours = Object.entries(labels).every(([label, value]) => double.labels[label] === value);
      if (ours && !this.isAttached(double.id)) this.remove(double.id);
    }
    return first!.id;
  }

  /** As the Engine does at each of its starts: the bridge is another one, under its name. */
  renewBridge(): void {
    this.byId.delete(this.named('bridge')[0]!.id);
    this.add('bridge', {});
  }

  /**
   * Before the first start of a container its networks are known by their names only.
   * @param mode what it was made for its first network by
   * @returns '' when there is none of that name, or when it was made for one that is gone
   */
  idByName(name: string, mode: string): string {
    const first = this.byId.get(mode);
    if (first?.name === name) return first.id;
    if (!first && this.named(mode).length === 0) return '';
    return this.named(name)[0]?.id ?? '';
  }

  /** @returns the name that a container can be made by, since it is the first network's alone. */
  nameAlone({ networks: [first], networkName }: Pick<ContainerSpec, 'networks' | 'networkName'>): string | undefined {
    const named = networkName === undefined ? [] : this.named(networkName);
    return named.length === 1 && (first === networkName || first === named[0]!.id) ? networkName : undefined;
  }

  /** Lowest id first. */
  named(name: string): FakeNetwork[] {
    return [...this.byId.values()].filter((n) => n.name === name).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  private add(name: string, labels: Record<string, string>): FakeNetwork {
    const network = { id: this.newId(), name, labels: { ...labels } };
    this.byId.set(network.id, network);
    return network;
  }
}
