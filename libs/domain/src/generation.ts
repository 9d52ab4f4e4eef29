import type { AppSpec } from './app/app-spec.noun';

/** What every generation of anything carries. Times are ISO 8601, UTC, by the api's clock; nothing is ordered by them. */
export interface Generation {
  name: string;
  /** +1 with every accepted change, deleting included; never goes back for a name. */
  generation: number;
  /** A tombstone: this generation deleted it. */
  deleted: boolean;
  /** When this life of the name began (a deleted and created again app has a new one). */
  createdAt: string;
  updatedAt: string;
  /** Who made this generation: a user's name. */
  actor: string;
}

/** One generation of an app: its settings and the counters that start, stop, restart and pull are made of. */
export interface AppGeneration extends Generation {
  /** Absent in a tombstone only. */
  spec?: AppSpec;
  /** The generation that created this life of the app: containers of an earlier life are never taken for its own. */
  bornAt: number;
  /** The generation that last asked for new containers from the same settings; 0 = none. */
  restartedAt: number;
  /** The generation that last asked to fetch the image again; 0 = none. */
  pulledAt: number;
}

/** One generation of a device group. */
export interface GroupGeneration extends Generation {
  /** Names of apps, in order, no doubles. In a tombstone: empty. */
  apps: string[];
}
