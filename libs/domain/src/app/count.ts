import { LIMITS } from '../host/report';
import type { Count } from './app';

const GIB = 2 ** 30;
/** 0.29 × 100 is 28.999999999999996. */
const ROUNDING = 1e-9;

/** How many containers an Engine of this size runs: whole ones, at least 1, at most 1000. */
export function countOn(per: Count, engine: { cpus: number; memoryBytes: number }): number {
  const exact = Math.floor(product(per, engine) + ROUNDING);
  return Math.min(Math.max(exact, 1), LIMITS.containersOfAppOnHost);
}

function product(per: Count, engine: { cpus: number; memoryBytes: number }): number {
  if ('host' in per) return per.host;
  return 'cpu' in per ? per.cpu * engine.cpus : (per.memoryGiB * engine.memoryBytes) / GIB;
}

/** How many there are on every host, however small. */
export const leastCount = (per: Count): number => countOn(per, { cpus: 1, memoryBytes: 0 });
