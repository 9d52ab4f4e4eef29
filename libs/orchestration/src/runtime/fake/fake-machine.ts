import { createHash } from 'node:crypto';
import type { ContainerSpec, ObservedContainer } from '../observed';
import { RuntimeError } from '../runtime-error';
import type { Clock } from './clock';
import { ContainerLife } from './container-life';
import { EventHub } from './event-hub';
import { FakeContainer } from './fake-container';
import { FakeImages } from './fake-images';
import { FakeNetworks, isBuiltIn } from './fake-networks';
import { FakeVolumes } from './fake-volumes';
import { HostPorts } from './host-ports';
import type { Program } from './program';

/** As Docker says it, of a kernel or an Engine without the memory cgroup. */
const NO_MEMORY_LIMITS =
  'Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.';
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** What there is on one scripted machine, and the rules by which Docker lets it be changed. */
export class FakeMachine {
  readonly events = new EventHub();
  readonly ports = new HostPorts();
  readonly images = new FakeImages();
  readonly networks: FakeNetworks;
  readonly volumes: FakeVolumes;
  readonly life: ContainerLife;
  private readonly containers = new Map<string, FakeContainer>();
  private made = 0;
  /** False: it drops memory limits, with a warning. */
  keepsMemoryLimits = true;

  constructor(
    readonly id: string,
    private readonly clock: Clock,
    private readonly behaviour: (spec: ContainerSpec) => Program | undefined,
  ) {
    const all = () => [...this.containers.values()];
    this.networks = new FakeNetworks(
      () => this.newId(),
      this.events,
      (network) => all().some((c) => c.networkMode === network || c.networks.some(({ id }) => id === network)),
    );
    this.volumes = new FakeVolumes(this.events, (volume) =>
      all().some((c) => c.volumes.some(({ name }) => name === volume)),
    );
    this.life = new ContainerLife(clock, this.events, this.ports, (c) => this.joinNetworks(c));
  }

  all(): FakeContainer[] {
    return [...this.containers.values()];
  }

  find(idOrName: string): FakeContainer | undefined {
    return this.containers.get(idOrName) ?? this.all().find((c) => c.name === idOrName);
  }

  get(idOrName: string): FakeContainer {
    const container = this.find(idOrName);
    if (!container) throw new RuntimeError('not-found', `No such container: ${idOrName}`);
    return container;
  }

  observe(container: FakeContainer): ObservedContainer {
    return container.observed((name) => this.networks.idByName(name, container.networkMode));
  }

  create(spec: ContainerSpec, onWarning: (warning: string) => void = () => undefined): string {
    this.checkName(spec.name);
    const image = this.images.get(spec.imageId);
    const networks = spec.networks.map((network) => this.networks.get(network).name);
    const reference = this.images.find(spec.image)?.id === spec.imageId ? spec.image : spec.imageId;
    const own = structuredClone({ ...spec, labels: { ...image.labels, ...spec.labels } });
    const program = { ...image.program, ...this.behaviour(spec) };
    const made = { ...own, networkName: this.networks.nameAlone(spec) };
    const container = new FakeContainer(this.newId(), made, reference, program, this.now());
    container.networks = networks.map((name, n) => ({
      name,
      id: '',
      aliases: spec.aliases?.[spec.networks[n]!] ?? [],
    }));
    if (!this.keepsMemoryLimits && container.limits.memory > 0) {
      container.limits.memory = 0;
      onWarning(NO_MEMORY_LIMITS);
    }
    this.makeVolumes(container);
    this.containers.set(container.id, container);
    this.tell(container, 'create');
    return container.id;
  }

  rename(container: FakeContainer, name: string): void {
    if (container.name === name) return;
    this.checkName(name);
    container.name = name;
    this.tell(container, 'rename');
  }

  remove(container: FakeContainer): void {
    this.life.kill(container);
    container.callOffTimers();
    this.containers.delete(container.id);
    this.tell(container, 'destroy');
  }

  /** @param network its id */
  connect(container: FakeContainer, network: string, aliases: readonly string[] = []): void {
    const { id, name } = this.networks.get(network);
    if (this.observe(container).networks.some((on) => on.id === id)) return;
    checkAliases(name, aliases);
    container.networks = container.networks.filter((on) => on.name !== name);
    container.networks.push({ name, id: container.up ? id : '', aliases });
    if (container.up) this.tell(container, 'connect');
  }

  /** @param network its id or name; of one that does not run, also of a network that is gone */
  disconnect(container: FakeContainer, network: string): void {
    const name = container.up ? this.networks.get(network).name : (this.networks.find(network)?.name ?? network);
    container.networks = container.networks.filter((on) => on.name !== name);
    if (container.up) this.tell(container, 'disconnect');
  }

  tell(container: FakeContainer, action: string): void {
    this.events.emit({ kind: 'container', id: container.id, action });
  }

  private checkName(name: string): void {
    if (!NAME.test(name)) throw new RuntimeError('refused', `Invalid container name (${name})`);
    const other = this.all().find((c) => c.name === name);
    if (!other) return;
    throw new RuntimeError('conflict', `The container name "/${name}" is already in use by container "${other.id}"`);
  }

  /** As Docker does at a start: its own networks are found by name, others by the id of the last start, where there was one. */
  private joinNetworks(container: FakeContainer): void {
    for (const on of container.networks) {
      const network = this.networks.find(isBuiltIn(on.name) ? on.name : on.id || on.name);
      if (!network) throw new RuntimeError('refused', `network ${on.id || on.name} not found`);
      checkAliases(network.name, on.aliases);
      const { length } = this.networks.named(network.name);
      if (length > 1)
        throw new RuntimeError('conflict', `network ${network.name} is ambiguous (${length} matches found)`);
      on.id = network.id;
    }
  }

  private makeVolumes(container: FakeContainer): void {
    const { settings, inherits = [] } = container.spec;
    const named = settings.volumes.filter(({ source }) => source);
    const taken = new Set([...named, ...settings.tmpfs].map(({ target }) => target));
    const own = settings.volumes.flatMap(({ source, target }) => (source ? [] : [target]));
    const paths = new Set([...own, ...(container.program.volumes ?? [])].filter((target) => !taken.has(target)));
    const nameOf = (target: string): string => inherits.find((mount) => mount.target === target)?.name ?? this.newId();
    container.volumes = [
      ...named.flatMap(({ source = '', target }) =>
        source.startsWith('/') ? [] : [{ name: source, target, anonymous: false }],
      ),
      ...[...paths].map((target) => ({ name: nameOf(target), target, anonymous: true })),
    ];
    for (const { name } of container.volumes) this.volumes.ensure(name, {});
  }

  private now(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** Like Docker's, an id says nothing of the order in which things were made; for one machine they are always the same. */
  private newId(): string {
    return createHash('sha256').update(`${this.id} ${this.made++}`).digest('hex');
  }
}

function checkAliases(network: string, aliases: readonly string[]): void {
  if (aliases.length === 0 || !['bridge', 'host', 'none'].includes(network)) return;
  throw new RuntimeError('refused', 'network-scoped alias is supported only for containers in user defined networks');
}
