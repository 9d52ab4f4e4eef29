export const PULL_POLICIES = ['always', 'ifMissing', 'never'] as const;
export type PullPolicy = (typeof PULL_POLICIES)[number];
export const PROTOCOLS = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export class ContainersPer {
  cpu?: number;
  host?: number;
  memoryGiB?: number;
}

export class PortMapping {
  host!: number;
  container!: number;
  protocol?: Protocol;
}

export class Rolling {
  maxUnavailable!: number;
}

export class Resources {
  cpus?: number | null;
  memoryMiB?: number | null;
}

export class Logging {
  driver!: string;
  options?: Record<string, string>;
}

export class HealthCheck {
  test!: string[];
  intervalSeconds?: number;
  timeoutSeconds?: number;
  startPeriodSeconds?: number;
  retries?: number;
}

export class Stop {
  signal?: string | null;
  graceSeconds?: number;
}

export class Ulimit {
  name!: string;
  soft!: number;
  hard!: number;
}

/** An app as its owner writes it: only what was given; what is absent has its default (see `resolveApp`). */
export class AppSpec {
  name!: string;
  image!: string;
  pullPolicy?: PullPolicy;
  running?: boolean;
  containersPer?: ContainersPer;
  ports?: (number | PortMapping)[];
  env?: Record<string, string>;
  volumes?: string[];
  networks?: string[];
  devices?: string[];
  privileged?: boolean;
  rolling?: Rolling | null;
  command?: string[] | null;
  entrypoint?: string[] | null;
  labels?: Record<string, string>;
  resources?: Resources;
  logging?: Logging | null;
  healthCheck?: HealthCheck | null;
  stop?: Stop;
  ulimits?: Ulimit[];
  extraHosts?: string[];
  capAdd?: string[];
  capDrop?: string[];
  tmpfs?: string[];
  readOnlyRoot?: boolean;
}
