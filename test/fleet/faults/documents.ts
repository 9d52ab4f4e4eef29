/** An app as the API tells it, as far as the faults look at it. */
export interface AppDocument {
  name: string;
  generation: number;
  image: string;
  running: boolean;
  env: Record<string, string>;
  containersPer: { host?: number };
  ports: { host: number; container: number }[];
}

export interface GroupDocument {
  name: string;
  generation: number;
  apps: string[];
}

export interface HostDocument {
  id: string;
  silent: boolean;
  store?: string;
  engine?: { name: string };
  problems: { code: string; detail: string }[];
}

export interface Counts {
  hosts: number;
  converged: number;
  converging: number;
  waiting: number;
  failed: number;
  silent: number;
}

export interface StoreDocument {
  identity: string;
  followed: 'yes' | 'other' | 'unknown';
  holder?: string;
}
