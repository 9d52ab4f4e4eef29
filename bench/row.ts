import type { Progress } from '../test/fleet/sim/progress';
import type { Comparison } from './comparison';
import type { Plot } from './report/plot';

/** One measurement of the benchmark, which can be made alone. */
export interface Row {
  number: number;
  title: string;
  /** What Nebula is measured against, in the same run. */
  against: string;
  /** What the comparisons are to reach, in words. */
  reach: string;
  /** How it is measured: a sentence or two for the docs. */
  how: string;
  /** What keeps the figures from being better, as far as it was found out. */
  limits?: string;
  /** Why this machine can't make it; undefined: it can. */
  cannot(): Promise<string | undefined>;
  run(progress: Progress): Promise<Outcome>;
}

export interface Outcome {
  series: Series[];
  comparisons: Comparison[];
  /** Of a row that is measured at several sizes. */
  plot?: Plot;
  /** What the reader has to know of these very figures, such as a part that could not be measured, and why. */
  notes?: string[];
}

/** What was measured of one thing, again and again. */
export interface Series {
  label: string;
  unit: string;
  samples: number[];
}

export interface Result {
  row: Row;
  outcome: Outcome;
}
