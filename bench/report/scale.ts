/** Where values of an axis are on a picture. */
export interface Scale {
  /** A place, in the picture's units. */
  at(value: number): number;
  /** Values to be marked. */
  ticks: number[];
}

export interface Span {
  from: number;
  to: number;
}

/** From the smallest to the largest value. @param values all positive */
export function logScale(values: readonly number[], place: Span): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const width = Math.log(high / low) || 1;
  return {
    at: (value) => place.from + ((place.to - place.from) * Math.log(value / low)) / width,
    ticks: powersWithin(low, high),
  };
}

/** From zero to a round number above all values. */
export function linearScale(values: readonly number[], place: Span): Scale {
  const highest = Math.max(...values) || 1;
  const step = roundStep(highest / TICKS);
  const top = Math.ceil(highest / step);
  return {
    at: (value) => place.from + ((place.to - place.from) * value) / (top * step),
    ticks: Array.from({ length: top + 1 }, (_, index) => index * step),
  };
}

const TICKS = 5;
const STEPS = [1, 2, 5, 10];

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * STEPS.find((step) => step * power >= least * (1 - 1e-9))!;
}

/** 1, 2, 5, 10, 20, 50 … from `low` to `high`. */
function powersWithin(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let tick = roundStep(low); tick <= high * (1 + 1e-9); tick = roundStep(tick * 1.1)) ticks.push(tick);
  return ticks;
}
