import { MESSAGE_LIMITS } from './limits';
import { Refusal } from './refusal';

function weigh(value: unknown): number {
  return typeof value === 'string' ? value.length + 2 : 1;
}

/** Pushes what is inside `value` to `next`. @returns characters of the keys. */
function open(value: object, next: unknown[]): number {
  if (Array.isArray(value)) {
    for (const entry of value) next.push(entry);
    return value.length;
  }
  let size = 0;
  for (const [key, entry] of Object.entries(value)) {
    size += key.length + 4;
    next.push(entry);
  }
  return size;
}

/**
 * Whether a parsed message is too deep or too large to be looked at. Goes level by level and gives up early: whoever walks
 * it afterwards by recursion is safe. The size is what JSON would need at least, in characters.
 */
export function measure(content: unknown, size: number, depth: number = MESSAGE_LIMITS.depth): Refusal | undefined {
  let total = 0;
  let level: unknown[] = [content];
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return new Refusal('too-deep', `: more than ${depth} levels deep`);
    const next: unknown[] = [];
    for (const value of level) {
      total += weigh(value);
      if (typeof value === 'object' && value !== null) total += open(value, next);
      if (total > size) return new Refusal('too-large', `: more than ${size} characters`);
    }
    level = next;
  }
  return undefined;
}
