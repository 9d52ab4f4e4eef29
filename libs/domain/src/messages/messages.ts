import type { AppGeneration, GroupGeneration } from '../generation';
import type { Selection } from '../host/selection';

/** Around every message. Unknown fields inside are kept, never refused: neighbours may be newer. */
export interface Envelope<T> {
  v: 1;
  installation: string;
  /** The identity of the sender's store; of a worker: the one that it follows, '' before it knows one. */
  store: string;
  body: T;
}

/** A change of an app; enough by itself. */
export interface AppMessage {
  app: AppGeneration;
}

/** A change of a group: its list, and the whole of every app that is new in it (as read after the group was stored). */
export interface GroupMessage {
  group: GroupGeneration;
  apps: AppGeneration[];
}

/** Told now and then, so that hosts find out by themselves that they missed something. */
export interface DigestMessage {
  /** '*' is the built-in group of every app. */
  scope: { app: string } | { group: string } | { all: true };
  /** `digestOf` the generations: see there. */
  digest: string;
  /** In about so many seconds each of them is told again; see `digestIntervalMs`. */
  intervalSeconds?: number;
}

export interface SnapshotRequest {
  host: string;
  selection: Selection;
  /** Apps that the host has something of: it wants their newest generation or tombstone too. */
  known: string[];
}

/** All desired state that one host needs, in one reply. */
export interface Snapshot {
  /** Groups that the host is in. */
  groups: string[];
  /** The newest generation of the group that was asked for; absent: none was, or it is unknown. */
  group?: GroupGeneration;
  /** Newest generations, tombstones included, of all that is selected, listed, or known. */
  apps: AppGeneration[];
  /** As in `DigestMessage`: a host that joins has not heard a digest yet. Absent: as was heard before. */
  digestIntervalSeconds?: number;
}

/** The status of these apps may have changed: whoever waits for one looks again. */
export interface StatusMessage {
  apps: string[];
}
