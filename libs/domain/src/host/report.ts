import type { Port } from '../app/app';
import type { Selection } from './selection';

export type AppState = 'converged' | 'converging' | 'waiting' | 'failed';

/** Why an app is not converged on a host; kebab-case and stable, statuses are grouped by it. */
export type Reason =
  | 'image-pull-failed' // the registry said no, is away, or has no such image
  | 'image-missing' // pull policy never, and the Engine does not have it
  | 'registry-login-refused'
  | 'port-taken'
  | 'name-taken'
  | 'network-failed'
  | 'create-failed'
  | 'start-failed'
  | 'stop-failed'
  | 'remove-failed'
  | 'disk-full'
  | 'exited' // a container ended, and the Engine does not bring it back
  | 'restarting' // a container ends and comes back again and again
  | 'out-of-memory' // the kernel killed a container, or a process in it
  | 'unhealthy'
  | 'rolling-stuck' // cannot go on without more down than `maxUnavailable`
  | 'newer-worker-needed' // a setting that this worker does not know
  | 'other-store' // its containers are of another store
  | 'older-store' // the store's word is older than what this host has
  | 'copied' // a copy of a container of ours, by somebody else, is in the way: it is left alone
  | 'not-listed' // runs, but nobody says whether it should: kept
  | 'spread' // waiting: replaced at a random time, MAX_RESTART_WAIT_IN_SECONDS
  | 'deaf' // converging: what changed may not have reached this host
  | 'engine-away';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type ContainerHealth = 'starting' | 'healthy' | 'unhealthy';

/** A container as the Engine says it is; one row of `GET /apps/{name}/containers`. */
export interface ContainerReport {
  id: string;
  name: string;
  ordinal: number;
  state: ContainerState;
  /** Absent: it has no health check. */
  health?: ContainerHealth;
  image: string;
  imageId: string;
  /** Of the app, when the container was made. */
  generation: number;
  ports: Port[];
  /** ISO 8601 by the host's clock; absent: never started. */
  startedAt?: string;
  restartCount: number;
  lastError?: string;
  /** Why it is left as it is, though it has our labels; absent: the app's own. */
  kept?: Reason;
}

/** How one app does on one host. */
export interface AppReport {
  app: string;
  /** The generation that the state is about. */
  generation: number;
  state: AppState;
  reason?: Reason;
  /** What went wrong, 1 KiB at most; says so when it was cut. */
  error?: string;
  /** waiting, failed: when it is tried again. ISO 8601, host's clock. */
  until?: string;
  /** The container that the error is about. */
  container?: string;
  /** Its last log lines: 20 lines, 4 KiB at most; says so when it was cut. */
  log?: string;
  /** What its owner should know in whatever state it is: limits that the Engine does not keep, what the Engine warned of. */
  warnings?: string[];
  /** The app is deleted, or no longer wanted here: its containers are on their way out, or gone. */
  leaving?: boolean;
  containers: ContainerReport[];
}

/** Something about the host as a whole that a person should know. */
export interface HostProblem {
  code:
    | 'engine-away'
    | 'unknown-group'
    | 'other-store'
    | 'older-store'
    | 'second-worker'
    | 'deaf'
    | 'shared-host-id'
    | 'bad-messages';
  detail: string;
}

/** What a worker says of its host. Ordered by (start, count): never by a clock. */
export interface HostReport {
  host: string;
  /** Random, one for each start of the worker. */
  start: string;
  /** +1 with every report of this start. */
  count: number;
  /** true: `apps` is all there is; false: `apps` are those that changed since the last report, `gone` those that went. */
  full: boolean;
  selection: Selection;
  /** The group's generation that the host has taken over. */
  groupGeneration?: number;
  /** The identity of the store that the host follows. */
  store?: string;
  workerVersion: string;
  engine?: { id: string; name: string; version: string; cpus: number; memoryBytes: number };
  problems: HostProblem[];
  apps: AppReport[];
  gone: string[];
}

export const LIMITS = {
  /** Characters; what is longer is cut and says so. */
  errorText: 1024,
  warnings: 10,
  warningText: 256,
  logLines: 20,
  logBytes: 4096,
  containersOfAppOnHost: 1000,
  appsOfGroup: 500,
  /** Bytes of JSON. */
  appDocument: 64 * 1024,
} as const;
