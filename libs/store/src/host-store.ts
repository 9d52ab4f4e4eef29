import type {
  AppReport,
  AppState,
  ContainerReport,
  HostProblem,
  HostReport,
  Reason,
  RolloutCounts,
  Selection,
} from '@nebula/domain';

/** A known host: the last that was heard of it. */
export interface HostRow {
  id: string;
  selection: Selection;
  groupGeneration?: number;
  store?: string;
  workerVersion: string;
  engine?: HostReport['engine'];
  problems: HostProblem[];
  /** ISO 8601, by the receiver's clock. */
  firstHeardAt: string;
  lastHeardAt: string;
  /** Apps that it has something of, and how many of them are in which state. */
  apps: Record<AppState, number>;
}

export interface ContainerRow extends ContainerReport {
  host: string;
  app: string;
}

export interface ContainerQuery {
  app?: string;
  host?: string;
  state?: string;
  health?: string;
  /** `${host}\n${app}\n${ordinal}\n${id}` of the last row of the page before: rows are in that order. */
  after?: string;
  limit: number;
}

export interface FailureGroup {
  reason: Reason;
  hosts: number;
  /** A few, whatever the number of hosts. */
  examples: { host: string; container?: string; error?: string; log?: string; generation: number; until?: string }[];
}

/** How an app does on the hosts that should have it. The hosts of the failures sum to `counts.failed`. */
export interface Standing {
  counts: RolloutCounts;
  failures: FailureGroup[];
}

/** Hosts that say the same of an app, whatever state it is in. */
export interface WarningGroup {
  text: string;
  hosts: number;
  /** A few of them. */
  examples: string[];
}

/** Who should have an app: hosts on `*`, hosts whose list names it, hosts of these groups. */
export interface Concerned {
  app: string;
  groups: readonly string[];
}

/** What hosts said, kept by the monitor, read by the api. Ages are the receiver's. */
export abstract class HostStore {
  /**
   * Takes a report in. One that is not newer than what is known (same start, count not higher) changes nothing.
   * So does one of a start that another start took the place of, until that one has been quiet for a minute.
   * A partial report of an unknown start, or after a gap in the count, is taken too: the next full one puts it right.
   * @returns the apps whose rows changed; all of the host's when it took another generation of its group over
   */
  abstract record(report: HostReport, receivedAt: Date): Promise<string[]>;

  /**
   * Makes a host known before it has said anything, if it isn't: standalone's own. One that is known keeps what it said,
   * is on this selection from now on, and counts as heard.
   */
  abstract expect(host: string, selection: Selection, at: Date): Promise<void>;

  abstract hosts(query: { after?: string; limit: number; group?: string }): Promise<HostRow[]>;
  abstract host(id: string): Promise<HostRow | undefined>;
  /**
   * Forgets a host with all its rows. For a day it is remembered how far its reports had come: whoever says old ones
   * again does not make it known, and the first new one does.
   * @returns the apps it had something of; undefined: it was not known
   */
  abstract forget(id: string, at: Date): Promise<string[] | undefined>;
  /**
   * Forgets hosts last heard before `before`, those silent longest first, `limit` at most: one indexed query when there is
   * none. @returns the apps that they had something of.
   */
  abstract forgetSilent(before: Date, limit: number): Promise<string[]>;
  abstract containers(query: ContainerQuery): Promise<ContainerRow[]>;
  /** @returns how one app does on one host, without its containers and warnings. */
  abstract appOnHost(app: string, host: string): Promise<Omit<AppReport, 'containers' | 'warnings'> | undefined>;

  /**
   * Counts the known hosts that should have the app, by what they said of this generation or a newer one; a host that
   * said nothing of it yet is converging; one not heard since `silentBefore` is silent, whatever it said.
   */
  abstract counts(concerned: Concerned, generation: number, silentBefore: Date): Promise<RolloutCounts>;
  /**
   * The counts, and what the hosts that they call failed say of it, so many of them for each reason at the most: both of
   * one read, so that they agree whatever is reported meanwhile.
   */
  abstract standing(concerned: Concerned, generation: number, examples: number, silentBefore: Date): Promise<Standing>;
  /**
   * Counts for a group's own generation: a host has it when it took that generation over and no app of its group
   * converges. `apps` are those of its list that exist; what is leaving the host counts too.
   */
  abstract groupCounts(
    group: string,
    generation: number,
    apps: readonly string[],
    silentBefore: Date,
  ): Promise<RolloutCounts>;

  /** What hosts warn of that should have the app and are not silent: what most say first, `most` at the most. */
  abstract warnings(
    concerned: Concerned,
    limits: { most: number; examples: number },
    silentBefore: Date,
  ): Promise<WarningGroup[]>;
  /** Hosts, known, that still have a container or an unfinished row of the app. */
  abstract hasAnywhere(app: string): Promise<boolean>;
  abstract hostsOfGroup(group: string, limit: number): Promise<string[]>;
}
