import type { RolloutCounts } from '@nebula/domain';
import type { Rollout } from '../apps/app.dto';

/** Nothing will come of a change that no host is concerned by: whoever made it is told what to do about that. */
export const withHint = (counts: RolloutCounts, hint: string): Rollout =>
  counts.hosts === 0 ? { ...counts, hint } : counts;

/** @param groups that list the app */
export function appHint(app: string, groups: readonly string[]): string {
  const names = `APP_NAME=${app}, or with APP_NAME=* for every app`;
  const [group] = groups;
  if (group === undefined)
    return `No known host runs this app: list it in a device group (POST or PATCH /api/v3/device-groups) that hosts are in by DEVICE_GROUP, or start a worker with ${names}.`;
  return `No known host runs this app, and none is in a device group that lists it: start a worker with DEVICE_GROUP=${group}, with ${names}.`;
}

export const groupHint = (group: string): string =>
  `No known host is in this device group: start a worker with DEVICE_GROUP=${group}.`;
