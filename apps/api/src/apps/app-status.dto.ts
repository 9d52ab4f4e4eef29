import type { ContainerHealth, ContainerState, Reason } from '@nebula/domain';
import { Rollout } from './app.dto';

/** One host on which it failed. */
export class FailureExample {
  /** @example 'rack1-3f2a' */
  host!: string;
  /** The container that it is about. @example 'web-1' */
  container?: string;
  /** At most 1 KiB; says so when it was cut. @example 'port 8080 is held by another container' */
  error?: string;
  /** The container's last lines: at most 20, 4 KiB; says so when it was cut. */
  log?: string;
  /** The generation that was tried. @example 7 */
  generation!: number;
  /** When it is tried again, by the host's clock. @example '2026-01-31T12:00:30.000Z' */
  until?: string;
}

/** Hosts on which the app failed for one reason. */
export class AppFailure {
  /** Stable; programs may switch on it. @example 'port-taken' */
  reason!: Reason;
  /** How many hosts. @example 12 */
  hosts!: number;
  /** A few of them, whatever their number. */
  examples!: FailureExample[];
}

/** What hosts say of the app that its owner should know, whatever state it is in. */
export class AppWarning {
  /** @example 'the Engine does not keep the memory limit' */
  text!: string;
  /** How many hosts. @example 3 */
  hosts!: number;
  /** A few of them, whatever their number. @example ['rack1-3f2a'] */
  examples!: string[];
}

/** How an app does on all hosts that should have it: of one size, whatever their number. */
export class AppStatus {
  /** @example 'web' */
  name!: string;
  /** The newest generation: what the counts are about. @example 7 */
  generation!: number;
  /** A deleted app has a status until no known host runs it. @example false */
  deleted!: boolean;
  rollout!: Rollout;
  failures!: AppFailure[];
  /** Of hosts where the app runs all the same: limits that the Engine does not keep, what the Engine warned of. */
  warnings!: AppWarning[];
}

/** A port of a container. */
export class ContainerPort {
  /** @example 8080 */
  host!: number;
  /** @example 80 */
  container!: number;
  /** @example 'tcp' */
  protocol!: 'tcp' | 'udp' | 'sctp';
  /** The address of the host; absent: all of them. @example '127.0.0.1' */
  hostIp?: string;
}

/** A container, as its host last said. */
export class ContainerView {
  /** @example 'rack1-3f2a' */
  host!: string;
  /** @example 'web' */
  app!: string;
  /** Docker's id. @example '4c01db0b339c' */
  id!: string;
  /** @example 'web-1' */
  name!: string;
  /** From 1. @example 1 */
  ordinal!: number;
  /** @example 'running' */
  state!: ContainerState;
  /** Absent: it has no health check. @example 'healthy' */
  health?: ContainerHealth;
  /** @example 'nginx:1.27' */
  image!: string;
  /** @example 'sha256:2f7f7bce8929' */
  imageId!: string;
  /** Of the app, when the container was made. @example 7 */
  generation!: number;
  ports!: ContainerPort[];
  /** By the host's clock; absent: it never started. @example '2026-01-31T12:00:00.000Z' */
  startedAt?: string;
  /** @example 0 */
  restartCount!: number;
  /** @example 'exited with code 1' */
  lastError?: string;
  /**
   * Why it is left as it is, though it has Nebula's labels: `copied` of a container of the app by somebody else, or kept
   * for want of word on it. Absent: it is the app's own. @example 'copied'
   */
  kept?: Reason;
}

/** A page of containers, by host, app and ordinal. */
export class ContainerPage {
  items!: ContainerView[];
  /** Give it as `cursor` to read on; null: this was the last page. */
  nextCursor!: string | null;
}
