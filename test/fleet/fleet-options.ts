import type { OwnEngineOptions } from '../live/support/engine';

/** What a fleet is made of. */
export interface FleetOptions {
  /** Where its files are, in a folder of this run's own; made owner-only when it does not exist. */
  folder: string;
  /** How many hosts at first; default 3. */
  hosts?: number;
  /** Files of `docker save` that every host gets, besides `nebula/busybox:1` and `:2`. */
  images?: readonly string[];
  /** A private registry with a login, which every worker knows; default none. */
  registry?: boolean;
  /** Of the balancer; default a free one. */
  port?: number;
  /** Two numbers of an address, below which the hosts' network is taken; default 10.99. */
  network?: string;
  /** Another server of MongoDB's protocol than the one that is made; its database is dropped at the end. */
  mongoUrl?: string;
  /** Settings for all programs, besides what a fleet needs: `REPORT_INTERVAL_SECONDS`, … */
  settings?: Record<string, string>;
  /** Of every host's Engine. */
  engines?: Pick<OwnEngineOptions, 'environment' | 'tellsCalls'>;
  /** Told what is being done, a line each. */
  say?: (what: string) => void;
}

/** The device group of the hosts that a fleet has at first. */
export const GROUP = 'fleet';
export const USER = 'nebula';
export const IMAGES = ['nebula/busybox:1', 'nebula/busybox:2'] as const;
export const INSTALLATION = 'fleet';
