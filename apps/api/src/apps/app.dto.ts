import { AppSpec, type RolloutCounts } from '@nebula/domain';

/** How many known hosts that should have a change are in which state. The states sum to `hosts`. */
export class Rollout implements RolloutCounts {
  /** @example 3 */
  hosts!: number;
  /** They run this generation or a newer one, as it should be. @example 2 */
  converged!: number;
  /** They have not said so yet. @example 1 */
  converging!: number;
  /** They were told to wait. @example 0 */
  waiting!: number;
  /** They tried, and try again later; the hosts of the failures in the status sum to it. @example 0 */
  failed!: number;
  /** Nothing was heard of them for three report intervals; never waited for. @example 0 */
  silent!: number;
  /** Only where `hosts` is 0: what to do, so that hosts have it. For a person. */
  hint?: string;
}

/** An app with every default filled in. */
export class AppDocument extends AppSpec {
  /** +1 with every accepted change; also the ETag. @example 7 */
  generation!: number;
  /** When this app was created. @example '2026-01-31T12:00:00.000Z' */
  createdAt!: string;
  /** When this generation was made. @example '2026-01-31T12:00:00.000Z' */
  updatedAt!: string;
  /**
   * Only in answers to a change: whether it is on its way to the hosts. Pending: it is stored, and goes out by itself when
   * the broker takes messages again.
   * @example 'sent'
   */
  push?: 'sent' | 'pending';
  /** Only in answers to a change with `wait`. */
  rollout?: Rollout;
}

/** What is left of a deleted app or device group. */
export class Tombstone {
  /** @example 'web' */
  name!: string;
  /** The generation that deleted it. @example 8 */
  generation!: number;
  /** Always true. @example true */
  deleted!: boolean;
  /** @example '2026-01-31T12:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-01-31T12:00:00.000Z' */
  updatedAt!: string;
  /**
   * Only in answers to a change: whether it is on its way to the hosts. Pending: it is stored, and goes out by itself when
   * the broker takes messages again.
   * @example 'sent'
   */
  push?: 'sent' | 'pending';
  /** Only in answers to a change with `wait`. */
  rollout?: Rollout;
}

/** A page of apps, by name. */
export class AppPage {
  items!: AppDocument[];
  /** Give it as `cursor` to read on; null: this was the last page. */
  nextCursor!: string | null;
}

/** One generation of an app: who made it, when, and what it was. */
export class AppGenerationView {
  /** @example 7 */
  generation!: number;
  /** Whether this generation deleted the app. @example false */
  deleted!: boolean;
  /** Who made it. @example 'nebula' */
  actor!: string;
  /** When. @example '2026-01-31T12:00:00.000Z' */
  at!: string;
  /** The generation that last asked for new containers; 0: none. @example 0 */
  restartedAt!: number;
  /** The generation that last asked to fetch the image; 0: none. @example 0 */
  pulledAt!: number;
  /** The app as it was, defaults filled in; null in the generation that deleted it. */
  app!: AppSpec | null;
}

/** A page of generations, newest first. */
export class AppGenerationPage {
  items!: AppGenerationView[];
  /** Give it as `cursor` to read on; null: this was the last page. */
  nextCursor!: string | null;
}
