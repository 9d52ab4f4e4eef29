import { DeviceGroupSpec } from '@nebula/domain';
import { Rollout } from '../apps/app.dto';

/** A device group: a host runs the apps of its group. */
export class GroupDocument extends DeviceGroupSpec {
  /** +1 with every accepted change; also the ETag. @example 2 */
  generation!: number;
  /** When this group was created. @example '2026-01-31T12:00:00.000Z' */
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

/** A page of device groups, by name. */
export class GroupPage {
  items!: GroupDocument[];
  /** Give it as `cursor` to read on; null: this was the last page. */
  nextCursor!: string | null;
}
