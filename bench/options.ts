import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Numbers of the rows to make; absent: all there are. */
  rows?: number[];
  /** Where figures are left for programs. */
  json?: string;
}

/** @throws Error that a person can act on */
export function benchOptionsOf(args: readonly string[], numbers: readonly number[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { rows: { type: 'string' }, json: { type: 'string' } },
  });
  const { rows, json } = values;
  return {
    ...(rows !== undefined && { rows: rows.split(',').map((given) => numberOf(given, numbers)) }),
    ...(json !== undefined && { json }),
  };
}

function numberOf(given: string, numbers: readonly number[]): number {
  const found = numbers.find((number) => String(number) === given.trim());
  if (found === undefined) throw new Error(`--rows takes numbers of ${numbers.join(',')} with commas, not ${given}`);
  return found;
}
