import type { ObservedNetwork } from '../observed';
import { RuntimeError } from '../runtime-error';
import type { EventHub } from './event-hub';

export interface FakeNetwork {
  id: string;
  name: string;
  labels: Record<string, string>;
}

/** The machine's networks; as Docker's, two may have one name. */
export class FakeNetworks {
  private readonly byId = new Map<string, FakeNetwork>();

  /** @param attached how many containers, in any state, are on the network */
  constructor(
    private readonly newId: () => string,
    private readonly events: EventHub,
    private readonly attached: (id: string) => number,
  ) {
    for (const name of ['bridge', 'host', 'none']) this.add(name, {});
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
      if (ours && this.attached(double.id) === 0) this.remove(double.id);
    }
    return first!.id;
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
