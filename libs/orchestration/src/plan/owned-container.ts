import { originOf, type Ownership, ownershipOf } from '@nebula/domain';
import type { ObservedContainer } from '../runtime';

/** A container with labels of ours, and what they say. */
export interface OwnedContainer extends ObservedContainer {
  owner: Ownership;
  /** The same for its copies, and for nothing else. */
  origin: string;
}

const read = new WeakMap<ObservedContainer, OwnedContainer | null>();

/** Reads a container's labels once, however often it is planned with: what is observed anew is another object. */
export function readLabels(container: ObservedContainer): OwnedContainer | undefined {
  const known = read.get(container);
  if (known !== undefined) return known ?? undefined;
  const owner = ownershipOf(container.labels);
  const owned = owner && { ...container, owner, origin: originOf(container.labels) };
  read.set(container, owned ?? null);
  return owned;
}

/** It runs, or is about to again. */
export const runs = ({ state }: ObservedContainer): boolean => state === 'running' || state === 'restarting';

/** It exists as a process, or is about to again: its ports and its place are taken. */
export const holdsPorts = (container: ObservedContainer): boolean => runs(container) || container.state === 'paused';

/** It does its work: runs, and is not told sick or still starting by its health check. */
export const isUp = (container: ObservedContainer): boolean =>
  container.state === 'running' && (container.health === undefined || container.health === 'healthy');

/** Newest and most alive first; total, so that the order of input does not matter. */
export function byWorth(a: OwnedContainer, b: OwnedContainer): number {
  return (
    Number(isUp(b)) - Number(isUp(a)) ||
    Number(holdsPorts(b)) - Number(holdsPorts(a)) ||
    b.owner.generation - a.owner.generation ||
    compare(b.createdAt, a.createdAt) ||
    compare(a.id, b.id)
  );
}

const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);
