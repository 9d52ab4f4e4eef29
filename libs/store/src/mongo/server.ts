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

/** What servers of MongoDB's protocol differ in, where it matters here. */
export interface Server {
  /** An update finds its document by more than the id quickly, and at once with changing it. */
  updatesByCondition: boolean;
  /** All but the look for one id reads the whole collection. */
  findsOnlyById: boolean;
  /** Writers get into each other's way: they wait for each other by looking again and again, the longest for seconds. */
  hasOneWriter: boolean;
  batches: Batches;
}

export const MONGODB: Server = {
  updatesByCondition: true,
  findsOnlyById: false,
  hasOneWriter: false,
  batches: BATCHES,
};

/**
 * FerretDB 1 on SQLite finds a document without reading all only by its id and nothing else, and carries out no
 * condition at once with the change that it guards: there our own turns keep two reports of one host apart.
 */
export const FERRETDB_1: Server = {
  updatesByCondition: false,
  findsOnlyById: true,
  hasOneWriter: true,
  batches: ONE_BY_ONE,
};
