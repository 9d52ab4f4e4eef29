import type { ContainerHealth, ContainerState } from '@nebula/domain';
import type { ContainerSpec, ObservedContainer, ObservedLimits, VolumeMount } from '../observed';
import { signalName } from '../signal-name';
import type { Program } from './program';

/** A container's place on a network: by its name and, from the first start on, also the id that it had then. */
export interface FakeEndpoint {
  name: string;
  id: string;
  /** Names by which others there find it, besides its own. */
  aliases: readonly string[];
}

/** One container of the scripted machine. */
export class FakeContainer {
  name: string;
  state: ContainerState = 'created';
  health: ContainerHealth | undefined;
  limits: ObservedLimits;
  networks: FakeEndpoint[] = [];
  volumes: VolumeMount[] = [];
  exitCode: number | undefined;
  oomKilled = false;
  error: string | undefined;
  startedAt: string | undefined;
  finishedAt: string | undefined;
  restartCount = 0;
  /** Somebody stopped it: `unless-stopped` leaves it then. */
  manuallyStopped = false;
  /** The Engine lost track of it: it restarts for ever, no stop ends it, and its ports are held until it is removed. */
  wedged = false;
  /** Call off what is to happen to it by itself. */
  timers: (() => void)[] = [];
  /** Wait for its end. */
  onEnd: (() => void)[] = [];

  constructor(
    readonly id: string,
    readonly spec: ContainerSpec,
    /** The reference as the Engine keeps it: an id when the reference named another image. */
    readonly image: string,
    readonly program: Program,
    readonly createdAt: string,
  ) {
    this.name = spec.name;
    const { cpus, memoryMiB } = spec.settings.resources;
    this.limits = {
      nanoCpus: Math.round((cpus ?? 0) * 1e9),
      memory: Math.round((memoryMiB ?? 0) * 2 ** 20),
      restartPolicy: 'unless-stopped',
      others: [],
    };
  }

  get up(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  get hasHealthCheck(): boolean {
    const own = this.spec.settings.healthCheck;
    return own ? own.test[0] !== 'NONE' : this.program.health !== undefined;
  }

  get stopSignal(): string {
    return signalName(this.spec.settings.stop.signal ?? this.program.stopSignal ?? 'SIGTERM');
  }

  hears(signal: string): boolean {
    return !(this.program.ignores ?? []).map(signalName).includes(signalName(signal));
  }

  callOffTimers(): void {
    for (const callOff of this.timers.splice(0)) callOff();
  }

  /** The name, else the id, that it was made for its first network by. */
  get networkMode(): string {
    return this.spec.networkName ?? this.spec.networks[0] ?? 'none';
  }

  /** @param idOf the network of a place that has no id yet */
  observed(idOf: (name: string) => string): ObservedContainer {
    return {
      id: this.id,
      name: this.name,
      image: this.image,
      imageId: this.spec.imageId,
      state: this.state,
      ...(this.health && { health: this.health }),
      ...(this.health === 'unhealthy' && { healthOutput: this.program.health?.output ?? '' }),
      labels: { ...this.spec.labels },
      ports: this.spec.settings.ports.map((port) => ({ ...port })),
      networks: this.networks.map(({ name, id }) => ({ name, id: id || idOf(name) })),
      limits: { ...this.limits, others: [...this.limits.others] },
      ...(this.volumes.length > 0 && { volumes: this.volumes.map((volume) => ({ ...volume })) }),
      ...(this.exitCode !== undefined && { exitCode: this.exitCode }),
      ...(this.oomKilled && { oomKilled: true }),
      ...(this.error !== undefined && { error: this.error }),
      ...(this.startedAt && { startedAt: this.startedAt }),
      ...(this.finishedAt && { finishedAt: this.finishedAt }),
      restartCount: this.restartCount,
      createdAt: this.createdAt,
    };
  }
}
