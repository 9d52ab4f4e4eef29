export interface Summary {
  min: number;
  median: number;
  max: number;
}

/** @throws Error when there is nothing to sum up */
export function summaryOf(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const lower = sorted[Math.ceil(half) - 1];
  const upper = sorted[Math.floor(half)];
  if (lower === undefined || upper === undefined) throw new Error('no samples');
  return { min: sorted[0]!, median: (lower + upper) / 2, max: sorted.at(-1)! };
}

export const medianOf = (samples: readonly number[]): number => summaryOf(samples).median;
