import { isReached } from '../comparison';
import type { Versions } from '../machine';
import type { Result } from '../row';
import { summaryOf } from '../summary';

/** All figures for programs: every sample, and what was made of them. */
export function figuresFor(results: readonly Result[], versions: Versions): string {
  const rows = results.map(({ row: { number, title, against, reach }, outcome }) => ({
    number,
    title,
    against,
    reach,
    ...outcome,
    series: outcome.series.map((series) => ({ ...series, ...summaryOf(series.samples) })),
    comparisons: outcome.comparisons.map((comparison) => ({ ...comparison, reached: isReached(comparison) })),
  }));
  return `${JSON.stringify({ versions, rows }, undefined, 2)}\n`;
}
