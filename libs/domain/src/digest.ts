import { createHash } from 'node:crypto';

/**
 * One text for a set of generations: equal for equal sets, whatever their order. Tombstones count.
 * @returns sha-256, in hexadecimal
 */
export function digestOf(generations: readonly { name: string; generation: number }[]): string {
  const lines = generations.map(({ name, generation }) => `${name}\n${generation}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}
