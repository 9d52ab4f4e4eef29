import { type HostPort, LABELS, markLabel, overlap, type Ownership, portNumberText } from '@nebula/domain';
import type { ContainerSpec, ObservedContainer, ObservedNetwork } from '../runtime';
import { Breach } from './breach.arbitrary';
import type { Making } from './history';
import { holdsPorts, isUp } from './owned-container';
import { PaperVolumes } from './paper-volumes.arbitrary';

export const INSTALLATION = 'paper';
export const STORE = 'store-1';

/**
 * What is on a Docker host on paper, and the rules by which an Engine and an owner let it be changed: it protests at every
 * action that a real Engine would refuse or an owner would mind. Far less than the fake runtime, and far quicker.
 */
export class PaperEngine {
  readonly containers = new Map<string, ObservedContainer>();
  readonly networks: ObservedNetwork[] = ['bridge', 'host', 'none'].map((name, i) => ({
    id: `net${i}`,
    name,
    labels: {},
  }));
  readonly volumes = new PaperVolumes();
  /** Ids of copies that somebody made of ours. */
  readonly copies = new Set<string>();
  readonly makings = new Map<string, Making>();
  now = Date.UTC(2030, 0, 1);
  protected readonly since = new Map<string, number>();
  protected made = 0;

  add(container: Partial<ObservedContainer> & { name: string }): ObservedContainer {
    const id = `c${++this.made}`;
    const limits = { nanoCpus: 0, memory: 0, restartPolicy: 'unless-stopped', others: [] };
    const plain = { image: 'x', imageId: 'i', labels: {}, ports: [], networks: [], restartCount: 0, limits };
    const whole: ObservedContainer = {
      id,
      state: 'running',
      createdAt: new Date(this.now + this.made).toISOString(),
      ...plain,
      ...container,
    };
    this.containers.set(id, whole);
    this.makings.set(id, { limits: whole.limits });
    if (whole.state === 'running') this.since.set(id, this.now - 10_000);
    return whole;
  }

  /** One of ours, as an owner would have made it. */
  addOwn(
    owner: Partial<Ownership> & { app: string; ordinal: number },
    more: Partial<ObservedContainer> = {},
  ): ObservedContainer {
    const whole = { installation: INSTALLATION, store: STORE, generation: 1, settings: '1:old', ...owner };
    const labels = {
      [LABELS.installation]: whole.installation,
      [LABELS.store]: whole.store,
      [LABELS.app]: whole.app,
      [LABELS.generation]: String(whole.generation),
      [LABELS.ordinal]: String(whole.ordinal),
      [LABELS.settings]: whole.settings,
    };
    return this.add({ name: `${owner.app}-${owner.ordinal}`, labels, ...more });
  }

  /** One more that we made, like another one of ours. */
  addDouble(
    of: ObservedContainer,
    name: string,
    made: number,
    createdAt = new Date(made).toISOString(),
  ): ObservedContainer {
    const { id: _, ...same } = of;
    return this.add({ ...same, name, createdAt, labels: { ...of.labels, ...markLabel(made) } });
  }

  /** What somebody makes of one of ours, with all that it is but its id and what Docker made for it. */
  copy(of: ObservedContainer, more: Partial<ObservedContainer> = {}): ObservedContainer {
    const { id: _, createdAt: __, ...same } = of;
    const copy = this.add({ ...same, name: `copy-${this.made}`, state: 'created', ...more, volumes: [] });
    this.copies.add(copy.id);
    return copy;
  }

  up(app: string): number {
    const ordinals = [...this.containers.values()]
      .filter((container) => container.labels[LABELS.app] === app && isUp(container))
      .filter(({ id }) => this.now - (this.since.get(id) ?? this.now) >= 1000)
      .map(({ labels }) => labels[LABELS.ordinal]);
    return new Set(ordinals).size;
  }

  state(id: string, state: ObservedContainer['state']): void {
    const container = this.get(id);
    this.containers.set(id, { ...container, state });
    if (state === 'running') this.since.set(id, this.now);
    else this.since.delete(id);
  }

  protected create(spec: ContainerSpec, networks: string[]): ObservedContainer {
    this.assertFree(spec.name);
    const limits = {
      nanoCpus: Math.round((spec.settings.resources.cpus ?? 0) * 1e9),
      memory: (spec.settings.resources.memoryMiB ?? 0) * 2 ** 20,
      restartPolicy: 'unless-stopped',
      others: [],
    };
    const { name, image, imageId } = spec;
    const volumes = this.volumes.mount(spec);
    const on = networks.map((network) => ({
      id: this.networks.find((n) => n.name === network)?.id ?? '?',
      name: network,
    }));
    const labels = { ...spec.labels, ...markLabel(this.now) };
    const common = { name, image, imageId, labels, limits, ports: spec.settings.ports, networks: on, volumes };
    return this.add({ ...common, state: 'created' });
  }

  protected start(id: string): void {
    const container = this.get(id);
    const ports = Map.groupBy(container.ports, portNumberText);
    const isWanted = (held: HostPort): boolean =>
      !!ports.get(portNumberText(held))?.some(({ hostIp }) => overlap(hostIp, held.hostIp));
    for (const other of this.containers.values()) {
      const clash = other.id !== id && holdsPorts(other) && other.ports.some(isWanted);
      if (clash) throw new Breach(`${container.name} is started on a port that ${other.name} holds`);
      if (other.id !== id && holdsPorts(other)) this.volumes.assertAlone(container, other);
    }
    const gone = container.networks.find(
      (on) =>
        on.name !== 'bridge' &&
        on.name !== 'host' &&
        on.name !== 'none' &&
        !this.networks.some(({ id }) => id === on.id),
    );
    if (gone) throw new Breach(`${container.name} is started on network ${gone.name}, which is gone`);
    this.state(id, 'running');
  }

  protected remove(id: string): void {
    if (holdsPorts(this.get(id))) throw new Breach(`${this.get(id).name} is removed while it runs`);
    this.containers.delete(id);
  }

  protected rename(id: string, name: string): void {
    this.assertFree(name);
    this.containers.set(id, { ...this.get(id), name });
  }

  protected connect(id: string, network: string): void {
    const container = this.get(id);
    const found = this.networks.find(({ name }) => name === network);
    if (!found) throw new Breach(`${container.name} is connected to ${network}, which is not there`);
    this.containers.set(id, { ...container, networks: [...container.networks, { id: found.id, name: network }] });
  }

  protected disconnect(id: string, network: string): void {
    const container = this.get(id);
    this.containers.set(id, { ...container, networks: container.networks.filter(({ name }) => name !== network) });
  }

  private assertFree(name: string): void {
    const holder = [...this.containers.values()].find((container) => container.name === name);
    if (holder) throw new Breach(`the name ${name} is held by ${holder.id}`);
  }

  protected assertOurs(id: string): void {
    const { labels, name } = this.get(id);
    if (this.copies.has(id)) throw new Breach(`${name} is a copy, and not ours to touch`);
    const ours = labels[LABELS.installation] === INSTALLATION && labels[LABELS.store] === STORE;
    if (!ours) throw new Breach(`${name} is not ours to touch`);
  }

  protected get(id: string): ObservedContainer {
    const container = this.containers.get(id);
    if (!container) throw new Breach(`container ${id} is not there`);
    return container;
  }
}
