/** What a process of hosts is told. Hosts that are made have no connection yet: that begins when they join. */
export type Order = { do: 'make'; hosts: readonly string[]; setting: HostSetting } | { do: 'join' };

/** What all simulated hosts have in common. */
export interface HostSetting {
  rabbit: string;
  installation: string;
  group: string;
  /** Where hosts keep their files. */
  folder: string;
  reportIntervalMs: number;
  heartbeatSeconds: number;
}

/**
 * What happened on a host: its connection is subscribed, it asked for a snapshot, had an answer, put a new container in
 * the old one's place, says that it has converged.
 */
export type Moment = 'connected' | 'asked' | 'answered' | 'replaced' | 'converged';

export interface Note {
  moment: Moment;
  host: string;
  /** Milliseconds since 1970: the same clock in all processes of this machine. */
  at: number;
  /** Of the app; 0 where it is about none. */
  generation: number;
}

/** Since the process began, of all its hosts. */
export interface HostCounts {
  made: number;
  running: number;
  reports: number;
  questions: number;
  /** Questions that nobody answered in time. */
  unanswered: number;
}

/** What a process of hosts tells, in bundles: one message for each note would cost more than the hosts. */
export interface Telling {
  notes: Note[];
  counts: HostCounts;
}

export const noCounts = (): HostCounts => ({ made: 0, running: 0, reports: 0, questions: 0, unanswered: 0 });
