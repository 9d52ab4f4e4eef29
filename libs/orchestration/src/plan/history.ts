import type { Attempt, ImageMemory, Subject } from './plan';

/** What a plan must know that neither desired nor observed state tells. Read by the planner, written by the reconciler. */
export interface History {
  image(app: string): ImageMemory | undefined;
  /** The generation for which its image is being fetched right now; undefined: it isn't. */
  fetching(app: string): number | undefined;
  attempt(app: string, subject: Subject): Attempt | undefined;
  attempts(app: string): readonly (readonly [Subject, Attempt])[];
  /** Who had a contested port last. */
  claim(port: string): string | undefined;
  /** Since when (plan's time) the container was seen running without a break; undefined: it isn't. */
  runningSince(containerId: string): number | undefined;
  /** When containers of this generation of an app may first be replaced on this host (plan's time). */
  releaseAt(app: string, generation: number): number;
}
