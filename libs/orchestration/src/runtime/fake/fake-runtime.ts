import { ContainerRuntime, type KnownContainers } from '../container-runtime';
import { isAsSeen, listedOf } from '../listed';
import type {
  ContainerSpec,
  EngineAnswer,
  EngineInfo,
  ObservedContainer,
  ObservedNetwork,
  RegistryLogin,
  RuntimeEvent,
  Stopping,
} from '../observed';
import { RuntimeError } from '../runtime-error';
import { lastLines } from '../last-lines';
import { ByHand } from './by-hand';
import { CallJournal, type CallName } from './call-journal';
import { pause, systemClock, type Clock } from './clock';
import { unlessAborted } from './unless-aborted';
import { FakeMachine } from './fake-machine';
import { FakeRegistry } from './fake-registry';
import type { Program } from './program';
import { Script } from './script';

export interface FakeRuntimeOptions {
  id?: string;
  /** The Docker host's name. */
  name?: string;
  version?: string;
  cpus?: number;
  memoryBytes?: number;
  /** Default: the system's, which jest's fake timers can take over. */
  clock?: Clock;
  /** One registry may serve many machines. */
  registry?: FakeRegistry;
  /** References in the registry that are on the machine from the beginning. */
  images?: string[];
  /** How many calls the journal keeps (default 10,000); with thousands of machines better few. */
  keptCalls?: number;
  /** What a container does beyond what its image says. */
  behaviour?: (spec: ContainerSpec) => Program | undefined;
}

/** A Docker host in memory. It obeys the port's contract, and `script`, `byHand` and `registry` make it go wrong. */
export class FakeRuntime extends ContainerRuntime {
  readonly registry: FakeRegistry;
  readonly machine: FakeMachine;
  readonly byHand: ByHand;
  readonly script: Script;
  readonly journal: CallJournal;
  private readonly clock: Clock;
  private readonly engine: EngineInfo;

  constructor(options: FakeRuntimeOptions = {}) {
    super();
    const {
      id = 'engine-1',
      name = 'docker-host',
      version = '20.10.24',
      cpus = 4,
      memoryBytes = 8 * 2 ** 30,
    } = options;
    this.engine = { id, name, version, cpus, memoryBytes };
    this.clock = options.clock ?? systemClock;
    this.registry = options.registry ?? new FakeRegistry();
    this.machine = new FakeMachine(id, this.clock, options.behaviour ?? (() => undefined));
    this.byHand = new ByHand(this.machine);
    this.script = new Script(this.machine);
    this.journal = new CallJournal(options.keptCalls ?? 10_000);
    for (const image of options.images ?? []) this.machine.images.tag(image, this.registry.fetch(image, undefined));
  }

  info(): Promise<EngineAnswer> {
    return this.call('info', [], () => ({ engine: { ...this.engine }, time: this.clock.now() }));
  }

  list(known: KnownContainers = () => undefined): Promise<ObservedContainer[]> {
    const look = (now: ObservedContainer): ObservedContainer => {
      const seen = known(now.id);
      return seen && isAsSeen(listedOf(now), seen) ? seen : now;
    };
    return this.call('list', [], () => this.machine.all().map((c) => look(this.machine.observe(c))));
  }

  inspect(id: string): Promise<ObservedContainer | undefined> {
    return this.call('inspect', [id], () => {
      const found = this.machine.find(id);
      return found && this.machine.observe(found);
    });
  }

  networks(): Promise<ObservedNetwork[]> {
    return this.call('networks', [], () => this.machine.networks.list());
  }

  async *watch(signal: AbortSignal, onAway: (error: string) => void): AsyncGenerator<RuntimeEvent> {
    while (!signal.aborted) {
      const { away } = this.script;
      if (away !== undefined) {
        onAway(away);
        await unlessAborted(this.script.back(), signal).catch(() => undefined);
        continue;
      }
      const feed = this.machine.events.open();
      const close = () => this.machine.events.close(feed);
      signal.addEventListener('abort', close);
      try {
        yield { kind: 'resync' };
        yield* feed;
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
    }
  }

  findImage(reference: string): Promise<string | undefined> {
    return this.call('findImage', [reference], () => this.machine.images.find(reference)?.id);
  }

  imageLabels(id: string): Promise<Record<string, string> | undefined> {
    return this.call('imageLabels', [id], () => {
      const image = this.machine.images.find(id);
      return image && { ...image.labels };
    });
  }

  async pull(reference: string, login: RegistryLogin | undefined, signal: AbortSignal): Promise<string> {
    return this.call('pull', [reference], async () => {
      if (signal.aborted) throw new RuntimeError('aborted', 'pull aborted');
      if (this.registry.pullMs > 0) await pause(this.clock, this.registry.pullMs, signal);
      if (signal.aborted) throw new RuntimeError('aborted', 'pull aborted');
      const image = this.registry.fetch(reference, login);
      this.machine.images.tag(reference, image);
      return image.id;
    });
  }

  create(spec: ContainerSpec, onWarning: (warning: string) => void = () => undefined): Promise<string> {
    return this.call('create', [spec.name], () => this.machine.create(spec, onWarning));
  }

  start(id: string): Promise<void> {
    return this.call('start', [id], () => this.machine.life.start(this.machine.get(id)));
  }

  stop(id: string, stop: Stopping, signal: AbortSignal): Promise<void> {
    return this.call('stop', [id], () => {
      const found = this.machine.get(id);
      // as with Docker, where no exit is heard of: a removal is all that helps
      if (found.wedged) return this.machine.remove(found);
      const graceSeconds = stop.graceSeconds ?? found.spec.settings.stop.graceSeconds;
      return unlessAborted(this.machine.life.stop(found, stop.signal, graceSeconds * 1000), signal);
    });
  }

  unpause(id: string): Promise<void> {
    return this.call('unpause', [id], () => this.machine.life.unpause(this.machine.get(id)));
  }

  rename(id: string, name: string): Promise<void> {
    return this.call('rename', [id, name], () => this.machine.rename(this.machine.get(id), name));
  }

  remove(id: string): Promise<void> {
    return this.call('remove', [id], () => {
      const found = this.machine.find(id);
      if (found) this.machine.remove(found);
    });
  }

  connect(id: string, network: string, aliases: readonly string[] = []): Promise<void> {
    return this.call('connect', [id, network], () => this.machine.connect(this.machine.get(id), network, aliases));
  }

  disconnect(id: string, network: string): Promise<void> {
    return this.call('disconnect', [id, network], () => this.machine.disconnect(this.machine.get(id), network));
  }

  ensureNetwork(name: string, labels: Record<string, string>): Promise<string> {
    return this.call('ensureNetwork', [name], () => this.machine.networks.ensure(name, labels));
  }

  logs(id: string, limits: { lines: number; bytes: number }): Promise<string> {
    return this.call('logs', [id], () => {
      const found = this.machine.find(id);
      return lastLines((found?.startedAt && found.program.log) ?? '', limits);
    });
  }

  ensureVolume(name: string, labels: Record<string, string>): Promise<Record<string, string>> {
    return this.call('ensureVolume', [name], () => this.machine.volumes.ensure(name, labels));
  }

  removeVolume(name: string): Promise<void> {
    return this.call('removeVolume', [name], () => this.machine.volumes.remove(name));
  }

  volumeLabels(name: string): Promise<Record<string, string> | undefined> {
    return this.call('volumeLabels', [name], () => this.machine.volumes.labels(name));
  }

  volumesLabelled(label: string, value: string): Promise<string[]> {
    return this.call('volumesLabelled', [], () => {
      const { volumes } = this.machine;
      return volumes.names().filter((name) => volumes.labels(name)?.[label] === value);
    });
  }

  private async call<T>(name: CallName, about: string[], action: () => T | Promise<T>): Promise<T> {
    this.journal.add(name, about);
    if (this.script.latencyMs > 0) await pause(this.clock, this.script.latencyMs);
    this.script.check(name, about);
    return action();
  }
}
