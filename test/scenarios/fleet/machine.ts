import { ownershipOf, type Ownership } from '@nebula/domain';
import { type FakeRegistry, FakeRuntime, type FakeRuntimeOptions } from '@nebula/orchestration/runtime/fake';
import { machineClock } from './time';

/** A container on a machine, with what its labels say. */
export interface Seen {
  id: string;
  name: string;
  state: string;
  owner: Ownership;
  /** As it was asked for. */
  image: string;
  imageId: string;
  env: Record<string, string>;
  hostPorts: number[];
}

/** One Docker host: outlives its workers, has a container that is none of ours, and notes whoever touches what is protected. */
export class Machine {
  readonly runtime: FakeRuntime;
  /** What was touched that must not be. */
  readonly violations: string[] = [];
  private readonly guarded = new Map<string, string>();
  private readonly watching = new AbortController();

  readonly size: { cpus: number; memoryBytes: number };

  constructor(
    readonly id: string,
    registry: FakeRegistry,
    options: FakeRuntimeOptions = {},
  ) {
    const { cpus = 4, memoryBytes = 8 * 2 ** 30 } = options;
    this.size = { cpus, memoryBytes };
    const named = { id: `engine of ${id}`, name: id, registry, clock: machineClock };
    this.runtime = new FakeRuntime({ ...named, ...options, ...this.size });
    // No call of an Engine is over in the turn of the event loop that it was made in.
    this.runtime.script.latencyMs = 5;
    const labels = { 'com.docker.compose.project': 'not-ours', app_name: 'web' };
    const foreign = this.runtime.byHand.run({ name: 'not-ours', labels });
    this.guard('a foreign container', [foreign]);
    void this.watch();
  }

  /** All containers with an owner's labels, by name. */
  owned(installation: string): Seen[] {
    return this.runtime.machine
      .all()
      .flatMap((container) => {
        const { id, name, state, spec } = container;
        const owner = ownershipOf(spec.labels);
        if (owner?.installation !== installation) return [];
        const { image, imageId, settings } = spec;
        const hostPorts = settings.ports.map(({ host }) => host);
        return [{ id, name, state, owner, image, imageId, env: settings.env, hostPorts }];
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** From now on nothing may happen to these containers. */
  guard(what: string, ids: readonly string[]): void {
    for (const id of ids) this.guarded.set(id, what);
  }

  release(): void {
    for (const [id, what] of this.guarded) if (what !== 'a foreign container') this.guarded.delete(id);
  }

  /** @returns what is against it: guarded containers that were touched or are gone */
  objections(): string[] {
    const gone = [...this.guarded].filter(([id]) => this.runtime.machine.find(id)?.state !== 'running');
    return [...this.violations, ...gone.map(([id, what]) => `${this.id}: ${what} (${id.slice(0, 8)}) does not run`)];
  }

  end(): void {
    this.watching.abort();
  }

  private async watch(): Promise<void> {
    for await (const event of this.runtime.watch(this.watching.signal, () => undefined)) {
      if (event.kind !== 'container') continue;
      const what = this.guarded.get(event.id);
      if (what) this.violations.push(`${this.id}: ${what} (${event.id.slice(0, 8)}) was touched: ${event.action}`);
    }
  }
}
