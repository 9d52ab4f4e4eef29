import type { AppReport, Reason } from '@nebula/domain';
import type { ContainerSpec, Stopping } from '../runtime';
import type { SlotVolume } from './slot-volumes';

/** A container that is there, or one that an earlier action of the same plan creates. */
export type Target = { id: string; name: string } | { createdBy: number; name: string };

/** One call of the runtime each, with what it is made of. The executor's type derives from this table. */
export interface ActionTable {
  /** `serves` is what is remembered of it. `otherwise`: the image to take where the host has none of the reference. */
  'fetch-image': {
    reference: string;
    mode: 'pull' | 'if-missing' | 'local';
    otherwise?: string;
    serves: Omit<ImageMemory, 'reference' | 'id'>;
  };
  'make-network': { network: string };
  create: { spec: ContainerSpec; networks: string[] };
  start: { target: Target };
  stop: { target: Target; stop: Stopping };
  unpause: { target: Target };
  remove: { target: Target };
  rename: { target: Target; name: string };
  connect: { target: Target; network: string; aliases: string[] };
  disconnect: { target: Target; network: string };
  'remove-volume': { volume: string };
}
export type ActionKind = keyof ActionTable;

/** What a failure is counted against: the app's image, one of its networks or volumes, or the n-th container. */
export type Subject = 'image' | `network ${string}` | `volume ${string}` | number;

/** An action, why, and which actions of the same plan (by index) must have succeeded before. */
export type Action = {
  [K in ActionKind]: { kind: K; subject: Subject; cause: string; after: number[] } & ActionTable[K];
}[ActionKind];

/** What an app's containers, image and history amount to. `log` is added by who can read logs. */
export type Verdict = Pick<AppReport, 'state' | 'reason' | 'error' | 'container' | 'leaving' | 'warnings'> & {
  /** Of `container`, where it was there: its name may have changed since. */
  containerId?: string;
  /** waiting, failed: when it is tried again, in the plan's time. */
  until?: number;
};

export interface AppPlan {
  app: string;
  generation: number;
  actions: Action[];
  verdict: Verdict;
  /** Apps that are going to let go of host ports which this one needs. */
  waitsFor?: ReadonlySet<string>;
  /** What the plan takes its image from, to be remembered; absent: nothing new. */
  image?: ImageMemory;
  /** What has now run for long enough, to be remembered; absent: nothing new. */
  proven?: Proven;
  /** When the verdict may be another although nothing happened; absent: never. In the plan's time. */
  wakeAt?: number;
}

/** Settings and an image of which a container has run on this host, for long enough to believe the next at once. */
export interface Proven {
  /** Settings hash, in any form. */
  settings: string;
  imageId: string;
}

/** Which image an app runs on this host, and what was asked when it was fetched. */
export interface ImageMemory {
  reference: string;
  id: string;
  /** Hash of the settings that it was last used for: with pull policy `always` others ask for a pull. */
  settings: string;
  /** The `pulledAt` that was served. */
  pulledAt: number;
  /** `<bornAt>.<restartedAt>` that it was last looked for; absent: written by an older worker, which did not keep it. */
  life?: string;
}

/** What was tried for a subject and failed. Counts for one generation of the app only. */
export interface Attempt {
  generation: number;
  failures: number;
  /** In the plan's time. */
  retryAt: number;
  reason: Reason;
  error: string;
  container?: string;
  containerId?: string;
}

export interface Plan {
  apps: AppPlan[];
  /** Contested host ports and the apps that have them, to be remembered: they never take turns. */
  claims: ReadonlyMap<string, string>;
  /** Anonymous volumes of ours, by name, to be remembered until they are removed: when their container is gone, nothing else tells whose they are. */
  volumes: ReadonlyMap<string, SlotVolume>;
  /** When to plan again although nothing happened; absent: never. In the plan's time. */
  wakeAt?: number;
}

const nameOf = (target: Target): string => target.name;

function describe(action: Action): string {
  switch (action.kind) {
    case 'fetch-image':
      return `fetch-image ${action.reference} ${action.mode}`;
    case 'make-network':
      return `make-network ${action.network}`;
    case 'create':
      return `create ${action.spec.name}`;
    case 'rename':
      return `rename ${nameOf(action.target)} to ${action.name}`;
    case 'connect':
      return `connect ${nameOf(action.target)} to ${action.network}`;
    case 'disconnect':
      return `disconnect ${nameOf(action.target)} from ${action.network}`;
    case 'remove-volume':
      return `remove-volume ${action.volume}`;
    case 'start':
    case 'stop':
    case 'unpause':
    case 'remove':
      return `${action.kind} ${nameOf(action.target)}`;
  }
}

/** The plan as a person reads it: a line an action. Tests compare it. */
export function printPlan(plan: Plan): string {
  return plan.apps
    .filter((app) => app.actions.length > 0)
    .map((app) => [`${app.app} ${app.generation}`, ...printActions(app.actions)].join('\n'))
    .join('\n');
}

function printActions(actions: Action[]): string[] {
  return actions.map((action, index) => {
    const after = action.after.length > 0 ? ` [after ${action.after.join(', ')}]` : '';
    return `  ${index} ${describe(action)}: ${action.cause}${after}`;
  });
}
