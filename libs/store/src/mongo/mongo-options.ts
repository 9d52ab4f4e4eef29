import type { ConnectOptions } from 'mongoose';

export interface MongoOptions {
  /** With credentials; never logged. */
  url: string;
  /** Name of the database: one installation's alone. */
  database: string;
}

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
