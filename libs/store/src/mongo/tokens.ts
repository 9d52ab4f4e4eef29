/** Below every character that a name may have: texts joined by it sort as their parts do. */
export const BETWEEN = '\u0001';
const AFTER_BETWEEN = '\u0002';

/** Digits of the largest generation. */
const DIGITS = 16;

export const joined = (...parts: string[]): string => parts.join(BETWEEN);

export const padded = (generation: number): string => String(generation).padStart(DIGITS, '0');

/** All texts that begin with these parts. */
export const beginningWith = (...parts: string[]): { $gte: string; $lt: string } => ({
  $gte: `${joined(...parts)}${BETWEEN}`,
  $lt: `${joined(...parts)}${AFTER_BETWEEN}`,
});

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/**
 * Tokens of these parts and a generation that is this one or a newer one. As a pattern: of two conditions on one element
 * of a list not every server sees to it that the same element keeps both.
 */
export function sinceGeneration(parts: readonly string[], generation: number): { $regex: string } {
  const digits = padded(generation);
  const larger = [...digits].flatMap((digit, place) =>
    digit === '9' ? [] : [`${digits.slice(0, place)}[${Number(digit) + 1}-9][0-9]{${DIGITS - place - 1}}`],
  );
  return { $regex: `^${escaped(joined(...parts))}${BETWEEN}(?:${[digits, ...larger].join('|')})$` };
}

export const endOf = (token: string): string => token.slice(token.lastIndexOf(BETWEEN) + 1);

/** What a page of containers is asked by; '' for all. */
export function kindOf({ state, health }: { state?: string; health?: string }): string {
  if (state !== undefined && health !== undefined) return joined('both', state, health);
  if (state !== undefined) return joined('state', state);
  return health === undefined ? '' : joined('health', health);
}

export const kindsOf = (containers: readonly { state: string; health?: string }[]): string[] => [
  ...new Set(
    containers.flatMap(({ state, health }) => [
      '',
      kindOf({ state }),
      ...(health === undefined ? [] : [kindOf({ health }), kindOf({ state, health })]),
    ]),
  ),
];
