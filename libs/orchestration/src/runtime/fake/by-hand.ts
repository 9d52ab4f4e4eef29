import { createHash } from 'node:crypto';
import { containerSettings, type Port, resolveApp } from '@nebula/domain';
import type { ObservedLimits } from '../observed';
import type { FakeMachine } from './fake-machine';

const PLAIN = containerSettings(resolveApp({ name: 'plain', image: 'plain' }));

interface PlainContainer {
  name: string;
  ports?: Port[];
  labels?: Record<string, string>;
  image?: string;
}

/** What a person does on the machine, past Nebula: at once, and told by events. Containers by id or name. */
export class ByHand {
  constructor(private readonly machine: FakeMachine) {}

  /** A container that is not ours, running. @returns its id. */
  run(container: PlainContainer): string {
    const id = this.create(container);
    this.start(id);
    return id;
  }

  /** The same, as `docker create`. */
  create({ name, ports = [], labels = {}, image = 'foreign:latest' }: PlainContainer): string {
    const { images } = this.machine;
    if (!images.find(image)) images.tag(image, { id: `sha256:${'f'.repeat(64)}`, program: {} });
    return this.machine.create({
      name,
      image,
      imageId: images.get(image).id,
      labels,
      settings: { ...PLAIN, ports },
      networks: [this.machine.networks.find('bridge')!.id],
    });
  }

  /** As a person does who copies one with all its labels: `docker run`, a UI, a tool. Not started. @returns its id. */
  copy(container: string, name: string, more: { ports?: Port[]; env?: Record<string, string> } = {}): string {
    const { spec } = this.machine.get(container);
    return this.machine.create({ ...spec, name, settings: { ...spec.settings, ...more } });
  }

  /** As `docker commit`: an image made of a container, labels and all. @returns its id. */
  commit(container: string, reference: string): string {
    const { id, program, spec } = this.machine.get(container);
    const committed = `sha256:${createHash('sha256').update(`${id} ${reference}`).digest('hex')}`;
    this.machine.images.tag(reference, { id: committed, program, labels: spec.labels });
    return committed;
  }

  start(container: string): void {
    this.machine.life.start(this.machine.get(container));
  }

  stop(container: string): void {
    void this.machine.life.stop(this.machine.get(container), null, 0);
  }

  kill(container: string): void {
    this.machine.life.kill(this.machine.get(container));
  }

  /** The process ends by itself: the restart policy decides what is next. */
  exit(container: string, code = 1): void {
    this.machine.life.exit(this.machine.get(container), code);
  }

  /** The kernel kills it for want of memory. */
  starve(container: string): void {
    this.machine.life.starve(this.machine.get(container));
  }

  /** As kill -9 of the Engine in the middle of a change may do. */
  wedge(container: string): void {
    this.machine.life.wedge(this.machine.get(container));
  }

  /** As `docker rm --force`: its volumes stay. */
  remove(container: string): void {
    this.machine.remove(this.machine.get(container));
  }

  pause(container: string): void {
    this.machine.life.pause(this.machine.get(container));
  }

  unpause(container: string): void {
    this.machine.life.unpause(this.machine.get(container));
  }

  rename(container: string, name: string): void {
    this.machine.rename(this.machine.get(container), name);
  }

  /** As `docker update`. */
  update(container: string, limits: Partial<ObservedLimits>): void {
    const found = this.machine.get(container);
    found.limits = { ...found.limits, ...limits };
    if (!this.machine.keepsMemoryLimits) found.limits.memory = 0;
    this.machine.tell(found, 'update');
  }

  setHealth(container: string, health: 'healthy' | 'unhealthy'): void {
    this.machine.life.setHealth(this.machine.get(container), health);
  }

  /** Network by id or name. */
  connect(container: string, network: string): void {
    this.machine.connect(this.machine.get(container), this.networkId(network));
  }

  disconnect(container: string, network: string): void {
    this.machine.disconnect(this.machine.get(container), this.networkId(network));
  }

  /** The names by which others on the network find it, besides its own. */
  aliasesOn(container: string, network: string): string[] {
    const id = this.networkId(network);
    return [...(this.machine.get(container).networks.find((on) => on.id === id)?.aliases ?? [])];
  }

  /** Also of a name that exists: two networks may have one name. @returns its id. */
  createNetwork(name: string, labels: Record<string, string> = {}): string {
    return this.machine.networks.create(name, labels);
  }

  removeNetwork(network: string): void {
    this.machine.networks.remove(this.networkId(network));
  }

  createVolume(name: string, labels: Record<string, string> = {}): void {
    this.machine.volumes.ensure(name, labels);
  }

  removeImage(reference: string): void {
    this.machine.images.remove(reference);
  }

  private networkId(network: string): string {
    return this.machine.networks.find(network)?.id ?? network;
  }
}
