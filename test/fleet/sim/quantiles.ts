/** Of times in milliseconds, whole. */
export interface Spread {
  p50: number;
  p99: number;
  last: number;
}

/** @throws Error when there is nothing to tell of */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), last: quantile(sorted, 1) };
}

export const median = (values: readonly number[]): number => spreadOf(values).p50;

/** The smallest value that this share of all does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values');
  return Math.round(value);
}
