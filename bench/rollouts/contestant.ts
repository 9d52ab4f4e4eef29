/** Label of every container that is measured: who made it is another matter. */
export const MEASURED = { name: 'bench', value: 'rollouts' } as const;
/** Of the contestants, as figures are labelled. */
export const NEBULA = 'Nebula';
export const DIRECT_CALLS = 'direct calls';
export const SWARM = 'Swarm';
export const IMAGE = 'nebula/busybox:1';
/** On each host, of the first container; the next one has the next port. */
export const FIRST_PORT = 8080;
export const CONTAINER_PORT = 80;
export const VARIABLE = 'CHANGE';

/** Who brings the same containers to all hosts, in a way of its own. What a call began may go on after it resolved. */
export interface Contestant {
  readonly name: string;
  create(): Promise<unknown>;
  /** Has other containers put in the places of those, with another value of the variable. */
  change(value: string): Promise<unknown>;
  remove(): Promise<unknown>;
}
