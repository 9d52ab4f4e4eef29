import type { RolloutCounts } from '@nebula/domain';

/** As the server counted them, one after the other: a host that moves meanwhile may be in two, or in none. */
export type Counted = Omit<RolloutCounts, 'converging'>;

/**
 * Makes them sum to the hosts. What failed stands, since it is shown with its hosts; a host that was counted twice counts
 * as what is worse, and one that was not counted as converging: so nothing is called done that may not be.
 */
export function countsOf(counted: Counted): RolloutCounts {
  const { failed } = counted;
  const hosts = Math.max(counted.hosts, failed);
  let left = hosts - failed;
  const atMost = (wanted: number): number => {
    const taken = Math.min(wanted, left);
    left -= taken;
    return taken;
  };
  const silent = atMost(counted.silent);
  const waiting = atMost(counted.waiting);
  const converged = atMost(counted.converged);
  return { hosts, converged, converging: left, waiting, failed, silent };
}
