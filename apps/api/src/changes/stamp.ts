import type { Generation } from '@nebula/domain';

/** Who makes a change, and when: ISO 8601, UTC. */
export interface Stamp {
  actor: string;
  at: string;
}

export const stamp = (actor: string): Stamp => ({ actor, at: new Date().toISOString() });

/** The generation after `current`, the same but for `changes`. */
export const successor = <G extends Generation>(current: G, by: Stamp, changes: Partial<G>): G => ({
  ...current,
  ...changes,
  generation: current.generation + 1,
  updatedAt: by.at,
  actor: by.actor,
});

/** What begins a life of a name: its first generation ever, or the one after a tombstone. */
export const birth = (name: string, tombstone: Generation | undefined, by: Stamp): Generation => ({
  name,
  generation: (tombstone?.generation ?? 0) + 1,
  deleted: false,
  createdAt: by.at,
  updatedAt: by.at,
  actor: by.actor,
});
