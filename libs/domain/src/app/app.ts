import type { HealthCheck } from './fields/health-check.noun';
import type { Logging } from './fields/logging.noun';
import type { PullPolicy } from './fields/pull-policy';
import type { Rolling } from './fields/rolling.noun';
import type { Ulimit } from './fields/ulimit.noun';

/** `source:target[:mode]` or, with no source, an anonymous volume. `source` is a host path (starts with /) or a volume's name. */
export interface Volume {
  source?: string;
  target: string;
  /** As Docker takes it: '', 'ro', 'rw', 'z', … comma separated. */
  mode: string;
}

export interface Device {
  host: string;
  container: string;
  /** Some of r, w, m. */
  permissions: string;
}

export interface Tmpfs {
  target: string;
  /** As Docker takes it: 'size=64m,mode=1777', or ''. */
  options: string;
}

/** A port of the first container; the n-th container's host port is `host + n - 1`. */
export interface Port {
  host: number;
  container: number;
  protocol: 'tcp' | 'udp' | 'sctp';
  /** In normal form; absent: all addresses of the host. */
  hostIp?: string;
}

/** Exactly one of them. */
export type Count = { cpu: number } | { host: number } | { memoryGiB: number };

/** An app with every default filled in and every short form written out: what plans and hashes are made of. */
export interface App {
  name: string;
  image: string;
  pullPolicy: PullPolicy;
  running: boolean;
  containersPer: Count;
  ports: Port[];
  env: Record<string, string>;
  volumes: Volume[];
  networks: string[];
  devices: Device[];
  privileged: boolean;
  /** null: all containers of the app at once. */
  rolling: Rolling | null;
  command: string[] | null;
  entrypoint: string[] | null;
  labels: Record<string, string>;
  resources: { cpus: number | null; memoryMiB: number | null };
  /** null: the Engine's default. */
  logging: Required<Logging> | null;
  /** null: the image's own. */
  healthCheck: HealthCheck | null;
  /** signal null: the image's own. */
  stop: { signal: string | null; graceSeconds: number };
  ulimits: Ulimit[];
  extraHosts: string[];
  capAdd: string[];
  capDrop: string[];
  tmpfs: Tmpfs[];
  readOnlyRoot: boolean;
}
