import type { RolloutCounts } from '@nebula/domain';
import type { Cost } from './meter';
import type { Spread } from './quantiles';

/** Hosts that came, all at once. Times are from the moment in which they were told to start; milliseconds. */
export interface JoinFigures {
  hosts: number;
  connected: Spread;
  answered: Spread;
  converged: Spread;
  /** When the api said so, too. */
  statusSays: number;
  /** Hosts that were subscribed within the same second, at the most. */
  mostInASecond: number;
  cost: Cost;
}

/** Several changes of one app, one after the other. Times are from the API call; milliseconds. */
export interface ChangeFigures {
  hosts: number;
  changes: number;
  /** The call itself. */
  accepted: Spread;
  /** Over all hosts and changes: a new container in the place of the old one; the host says that it has converged. */
  replaced: Spread;
  converged: Spread;
  /** Over the changes: the last host of each; when the api said so, too. */
  lastReplaced: Spread;
  lastConverged: Spread;
  statusSays: Spread;
  publishesPerChange: number;
  publishedBytesPerChange: number;
  /** Of the first api after it, MiB. */
  heap: number;
  cost: Cost;
}

/** The broker killed and started. Times are from the moment in which its port is open; milliseconds. */
export interface RestartFigures {
  hosts: number;
  connected: Spread;
  answered: Spread;
  /** A change that was made while the broker was away. */
  converged: Spread;
  statusSays: number;
  mostInASecond: number;
  cost: Cost;
}

/** Half of the hosts gone for good, as many others in their place, and the old ones forgotten. */
export interface ReplacementFigures {
  gone: number;
  /** Documents of theirs in the store at the end. */
  left: number;
  join: JoinFigures;
  beforeForgetting: RolloutCounts;
  afterForgetting: RolloutCounts;
  /** Milliseconds for all calls of DELETE /hosts/{id}, eight at a time. */
  forgetting: number;
  storeBefore: Record<string, number>;
  storeAfter: Record<string, number>;
}

export interface Figures {
  store: string;
  smallChanges: ChangeFigures;
  join: JoinFigures;
  changes: ChangeFigures;
  /** Nothing happens for twenty seconds. */
  rest?: Cost;
  restart?: RestartFigures;
  replacement?: ReplacementFigures;
  /** What could not be measured, and why. */
  failures: string[];
  /** Calls that the api answered with 503, and that were made again. */
  refusals?: number;
}
