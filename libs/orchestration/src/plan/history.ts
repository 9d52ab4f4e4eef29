import type { ObservedLimits } from '../runtime';
import type { Remembered } from './ours';
import type { Attempt, ImageMemory, Subject } from './plan';
import type { SlotVolume } from './slot-volumes';

/** What is known of a container that it does not tell itself. */
export interface Making {
  /** What it had once it was made; absent: it was not seen to have run yet. */
  limits?: ObservedLimits;
  /** What the Engine said when it made it. */
  warnings?: string[];
  /** The Engine will never start it again. */
  stuck?: true;
}

/** What a plan must know that neither desired nor observed state tells. Read by the planner, written by the reconciler. */
export interface History extends Remembered {
  image(app: string): ImageMemory | undefined;
  /** The generation for which its image is being fetched right now; undefined: it isn't. */
  fetching(app: string): number | undefined;
  attempt(app: string, subject: Subject): Attempt | undefined;
  attempts(app: string): readonly (readonly [Subject, Attempt])[];
  /** Who had a contested port last. */
  claim(port: string): string | undefined;
  /** Anonymous volumes that containers of ours had and that were not removed. */
  volumes(): Iterable<SlotVolume>;
  /** Since when (plan's time) the container was seen running without a break; undefined: it isn't. */
  runningSince(containerId: string): number | undefined;
  /** Since when (plan's time) the container was seen restarting and nothing of it ran; undefined: it isn't. */
  restartingSince(containerId: string): number | undefined;
  /** How the container was made; undefined: nobody knows any more. */
  making(containerId: string): Making | undefined;
  /** When containers of this generation of an app may first be replaced on this host (plan's time). */
  releaseAt(app: string, generation: number): number;
}
