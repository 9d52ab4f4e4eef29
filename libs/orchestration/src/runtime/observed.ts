import type { ContainerHealth, ContainerSettings, ContainerState, Port } from '@nebula/domain';

/** One container of the Engine, ours or not, as far as plans and status need it. */
export interface ObservedContainer {
  id: string;
  /** Without the leading slash. */
  name: string;
  /** The reference that it was created from. */
  image: string;
  imageId: string;
  state: ContainerState;
  /** Absent: no health check. */
  health?: ContainerHealth;
  /** Output of the last failed health check, when unhealthy. */
  healthOutput?: string;
  labels: Record<string, string>;
  /** Those that its image has by itself; told where it matters to whose it is. */
  imageLabels?: Record<string, string>;
  /** Host ports that it holds while it runs, whatever its state now. */
  ports: Port[];
  /** The networks that it is on (for a container of network mode host or none: that name). */
  networks: { id: string; name: string }[];
  limits: ObservedLimits;
  /** Absent: none. */
  volumes?: VolumeMount[];
  exitCode?: number;
  /** The kernel killed it, or a process in it, for want of memory; an Engine may forget it when it runs again. */
  oomKilled?: boolean;
  /** What the Engine says of a failed start or end. */
  error?: string;
  /** ISO 8601; absent: never started. */
  startedAt?: string;
  finishedAt?: string;
  restartCount: number;
  createdAt: string;
}

/** A volume of the Engine's in a container. */
export interface VolumeMount {
  name: string;
  /** The path in the container. */
  target: string;
  /** Nobody named it: made for a container, for a `VOLUME` of its image or a path of its app, or taken over from such a one. */
  anonymous: boolean;
}

/** What `docker update` can change. */
export interface ObservedLimits {
  /** Billionths of a CPU; 0 = none. */
  nanoCpus: number;
  /** Bytes; 0 = none. */
  memory: number;
  restartPolicy: string;
  /** Names of further limits that are not at their defaults (`CpuShares`, `CpusetCpus`, `PidsLimit`, …): we never set them. */
  others: string[];
}

export interface ObservedNetwork {
  id: string;
  name: string;
  labels: Record<string, string>;
  /** How many containers are on it, where the Engine told. */
  containers?: number;
}

/** What there is to run on. */
export interface EngineInfo {
  id: string;
  /** The Docker host's name. */
  name: string;
  version: string;
  cpus: number;
  memoryBytes: number;
}

/** What an Engine says of itself, and when. */
export interface EngineAnswer {
  engine: EngineInfo;
  /** The Engine's own time of day, ms since 1970: what it says of its containers' times is by this clock. */
  time: number;
}

/** Everything needed to make one container; limits, labels and name included. */
export interface ContainerSpec {
  name: string;
  /** The reference that people know; used when it names `imageId` at that moment, else the id is. */
  image: string;
  imageId: string;
  labels: Record<string, string>;
  /** What the container is made of. `ports` here are those of this ordinal, already shifted. */
  settings: ContainerSettings;
  /** 'host' or 'none' alone, or ids of networks, in order: on all of them before it starts. */
  networks: string[];
  /** By network, as `networks` has them: names by which others there find it, besides its own. Absent: none. */
  aliases?: Readonly<Record<string, readonly string[]>>;
  /**
   * The name of the first network, where it is known: a container made by that, and not by an id, finds the network again
   * when its id has changed. Where the name is not that network's alone, the id is used.
   */
  networkName?: string;
  /**
   * Anonymous volumes of earlier containers: those of paths for which it would get new ones are mounted in their place, as
   * anonymous ones; the others are left. Absent: none.
   */
  inherits?: { name: string; target: string }[];
}

/** How a container is asked to end; null: as the container itself says. */
export interface Stopping {
  signal: string | null;
  /** Then it is killed. */
  graceSeconds: number | null;
}

export interface RegistryLogin {
  username: string;
  password: string;
  serverAddress: string;
}

/** Something happened on the Engine: look at that object again. `resync`: the stream (re)started, look at everything. */
export type RuntimeEvent =
  | { kind: 'resync' }
  /** `exitCode`: of the end that a `die` is. */
  | { kind: 'container'; id: string; action: string; exitCode?: number }
  | { kind: 'network'; id: string; action: string }
  | { kind: 'volume'; name: string; action: 'create' | 'destroy' };
