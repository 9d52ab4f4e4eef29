import type { Rollout } from '../apps/app.dto';
import type { Push } from '../publishing/outbox';

/** What the answer to a change says besides what was stored. */
export interface Outcome {
  push: Push;
  /** Only of a change that waits. */
  rollout?: Rollout | undefined;
}
