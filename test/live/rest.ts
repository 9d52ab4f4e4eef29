import type { Nebula } from './nebula';
import { eventually } from './support/eventually';

/**
 * Waits until the worker has been heard of for long enough to have looked at everything several times since it started
 * or since now: for programs that look (SWEEP_INTERVAL_SECONDS) and report (REPORT_INTERVAL_SECONDS) every second.
 */
export async function afterSweeps(nebula: Nebula, seconds = 2): Promise<void> {
  const since = Date.now();
  await eventually(async () => Date.parse((await nebula.apps.host()).lastHeardAt) - since > seconds * 1000, {
    within: 30_000,
    every: 100,
  });
}
