/** How many known hosts that should have an app are in which state. The states sum to `hosts`. */
export interface RolloutCounts {
  hosts: number;
  converged: number;
  converging: number;
  waiting: number;
  failed: number;
  silent: number;
}
