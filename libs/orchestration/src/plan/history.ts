import type { ObservedLimits } from '../runtime';
import type { Remembered } from './ours';
import type { Attempt, ImageMemory, Proven, Subject } from './plan';
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

/** How a container's last life ended. */
export interface LastEnd {
  /** How often it came back by itself, or was started again soon after a short life; 0: it is no matter. */
  returns: number;
  /** How long it had lived, ms; Infinity: nobody knows. */
  livedMs: number;
  /** Absent: nobody saw it. */
  exitCode?: number;
  /** The kernel killed it, or a process in it, for want of memory. */
  oomKilled: boolean;
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
  /** Since when (plan's time) the container runs, by what the Engine says; undefined: it doesn't. */
  runningSince(containerId: string): number | undefined;
  /** Of one that is down: how that came; of one that runs: of its life before; undefined: there is none to tell of. */
  lastEnd(containerId: string): LastEnd | undefined;
  /** Settings and images of the app that have run on this host for long enough. */
  proven(app: string): readonly Proven[];
  /** Since when (plan's time) the container was seen restarting and nothing of it ran; undefined: it isn't. */
  restartingSince(containerId: string): number | undefined;
  /** How the container was made; undefined: nobody knows any more. */
  making(containerId: string): Making | undefined;
  /** When containers of this generation of an app may first be replaced on this host (plan's time). */
  releaseAt(app: string, generation: number): number;
}
