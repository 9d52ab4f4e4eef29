import { medianOf } from './summary';

export type Reach = { atMost: number } | { atLeast: number };

/** A figure with what it is to reach. */
export interface Comparison {
  label: string;
  value: number;
  /** `×` of a ratio. */
  unit: string;
  reach: Reach;
}

/** How many times the other's median ours is. */
export function ratio(label: string, ours: readonly number[], others: readonly number[], reach: Reach): Comparison {
  return { label, value: medianOf(ours) / medianOf(others), unit: '×', reach };
}

export function isReached({ value, reach }: Comparison): boolean {
  return 'atMost' in reach ? value <= reach.atMost : value >= reach.atLeast;
}

/**
 * The power of x that y grows with: 1 is linear, 2 square. The slope of the straight line through the logarithms.
 * @param points two or more, all positive
 */
export function growthOf(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (axis: 0 | 1) => logs.reduce((sum, log) => sum + log[axis], 0) / logs.length;
  const [meanX, meanY] = [mean(0), mean(1)];
  const rise = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const run = logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return rise / run;
}
