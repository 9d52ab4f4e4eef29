import type { HostPort, Selection } from '@nebula/domain';
import type { RegistryLogin } from '@nebula/orchestration';

export const WORKER_OPTIONS = Symbol('WORKER_OPTIONS');

export interface WorkerOptions {
  installation: string;
  selection: Selection;
  /** Absent: the Docker host's name and a short hash of the Engine's id. */
  hostId?: string;
  /** Where the last good desired state is kept: a path. */
  file: string;
  reportIntervalMs: number;
  sweepMs: number;
  maxRestartWaitMs: number;
  /** What did not yet run on this host must run so long before it counts. */
  settleMs: number;
  version: string;
  /** Host ports that this very process listens on, where that is known: standalone's API. Absent: none. */
  ownPorts?: readonly HostPort[];
  /** The login of an image's registry, where there is one. */
  login(reference: string): RegistryLogin | undefined;
}
