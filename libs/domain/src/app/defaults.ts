import type { AppSpec } from './app-spec.noun';
import { parseImage } from './fields/image';
import type { PullPolicy } from './fields/pull-policy';

/** What users of Docker would expect. Never changed: that would change apps that are not asked about. */
export const DEFAULTS = {
  running: true,
  containersPer: { host: 1 },
  ports: [],
  env: {},
  volumes: [],
  networks: ['nebula'],
  devices: [],
  privileged: false,
  rolling: null,
  command: null,
  entrypoint: null,
  labels: {},
  resources: { cpus: null, memoryMiB: null },
  logging: null,
  healthCheck: null,
  stop: { signal: null, graceSeconds: 10 },
  ulimits: [],
  extraHosts: [],
  capAdd: [],
  capDrop: [],
  tmpfs: [],
  readOnlyRoot: false,
} as const satisfies { readonly [F in keyof Omit<AppSpec, 'name' | 'image' | 'pullPolicy'>]-?: unknown };

/** Defaults of the parts of a field: of the field itself, or of each item of a list. */
export const PART_DEFAULTS: { readonly [field: string]: object } = {
  ports: { protocol: 'tcp', hostIp: null },
  resources: DEFAULTS.resources,
  logging: { options: {} },
  stop: DEFAULTS.stop,
};

/** Kubernetes' default, but that a digest, which cannot move, need not be asked for again whatever the tag beside it. */
export function defaultPullPolicy(image: string): PullPolicy {
  const reference = parseImage(image);
  const moves = reference.ok && reference.value.digest === undefined && (reference.value.tag ?? 'latest') === 'latest';
  return moves ? 'always' : 'ifMissing';
}
