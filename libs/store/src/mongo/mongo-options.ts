import type { ConnectOptions } from 'mongoose';

export interface MongoOptions {
  /** With credentials; never logged. */
  url: string;
  /** Name of the database: one installation's alone. */
  database: string;
}

/**
 * How reports of hosts are taken in: so many hosts in one batch, so many batches on their way, and `gapMs` between the
 * beginnings of two, in which the next one gathers.
 */
export interface Batches {
  hosts: number;
  atOnce: number;
  gapMs: number;
}

/** With the gap some hundred reports a second cost store and monitor half; who reports alone waits for nothing. */
export const BATCHES: Batches = { hosts: 64, atOnce: 2, gapMs: 20 };
/** For a server to which a batch is as dear as each for itself, one after the other. */
export const ONE_BY_ONE: Batches = { hosts: 1, atOnce: 20, gapMs: 0 };

/** How long a method of the store's ports takes at the most, in milliseconds: a caller has its 503 soon after. */
export const METHOD_MS = 2_500;

/**
 * What every connection is made with. `retryWrites` is off because it needs a replica set and hides lost answers, which
 * are looked up here; the times make a server that went away, or hangs, known within two seconds.
 */
export const CONNECT_OPTIONS = {
  appName: 'nebula',
  retryWrites: false,
  retryReads: true,
  writeConcern: { w: 'majority' },
  readPreference: 'primary',
  readConcern: { level: 'local' },
  serverSelectionTimeoutMS: 1_500,
  connectTimeoutMS: 1_500,
  socketTimeoutMS: 3_000,
  waitQueueTimeoutMS: 2_000,
  heartbeatFrequencyMS: 1_000,
  minHeartbeatFrequencyMS: 250,
  maxPoolSize: 20,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const satisfies ConnectOptions & { minHeartbeatFrequencyMS: number };
