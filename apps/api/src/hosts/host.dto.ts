/** What a host runs, by its own configuration. */
export class HostSelection {
  /** Every app. @example true */
  all!: boolean;
  /** Its own list of apps. */
  names!: string[];
  /** The device group whose apps it runs. @example 'edge' */
  group?: string;
}

/** A host's Docker Engine. */
export class HostEngine {
  /** @example 'GYTP:XJUW:ZZZ' */
  id!: string;
  /** The Docker host's name. @example 'rack1' */
  name!: string;
  /** @example '27.3.1' */
  version!: string;
  /** @example 8 */
  cpus!: number;
  /** @example 16777216000 */
  memoryBytes!: number;
}

/** Something about a host as a whole that a person should know. */
export class HostProblemView {
  /** Stable; programs may switch on it. @example 'engine-away' */
  code!:
    | 'engine-away'
    | 'unknown-group'
    | 'other-store'
    | 'older-store'
    | 'second-worker'
    | 'deaf'
    | 'shared-host-id'
    | 'bad-messages';
  /** In words for a person. @example 'The Docker Engine does not answer.' */
  detail!: string;
}

/** How many apps of a host are in which state; deleted ones count until their containers are gone. */
export class HostApps {
  /** @example 3 */
  converged!: number;
  /** @example 0 */
  converging!: number;
  /** @example 0 */
  waiting!: number;
  /** @example 0 */
  failed!: number;
}

/** A host: one Docker Engine with one worker, as it was last heard of. */
export class HostView {
  /** @example 'rack1-3f2a' */
  id!: string;
  selection!: HostSelection;
  /** The generation of its group that it has taken over. @example 4 */
  groupGeneration?: number;
  /** The identity of the store that it follows. @example '0b9f2c7e' */
  store?: string;
  /** @example '3.0.0' */
  workerVersion!: string;
  /** Absent until it was heard of. */
  engine?: HostEngine;
  problems!: HostProblemView[];
  /** @example '2026-01-31T12:00:00.000Z' */
  firstHeardAt!: string;
  /** @example '2026-01-31T12:00:00.000Z' */
  lastHeardAt!: string;
  /** How long ago that was, in seconds, by our clock. @example 4 */
  ageSeconds!: number;
  /** Nothing was heard of it for three report intervals. @example false */
  silent!: boolean;
  apps!: HostApps;
}

/** A page of hosts, by id. */
export class HostPage {
  items!: HostView[];
  /** Give it as `cursor` to read on; null: this was the last page. */
  nextCursor!: string | null;
}
