import type { Problem } from '../errors';
import { pointerTo } from './pointer';

/** What a field's parser makes of its input: the value, or everything that is wrong (pointers relative to the input). */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };
export type Parser<T> = (input: unknown) => Parsed<T>;

export const accepted = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const refused = (detail: string, pointer = ''): Parsed<never> => ({
  ok: false,
  problems: [{ pointer, detail }],
});

/** A parser as a check, for decorators. */
export const problemsOf =
  (parse: Parser<unknown>) =>
  (input: unknown): Problem[] => {
    const result = parse(input);
    return result.ok ? [] : result.problems;
  };

export const under = (problems: Problem[], ...keys: (string | number)[]): Problem[] =>
  problems.map(({ pointer, detail }) => ({ pointer: pointerTo(...keys) + pointer, detail }));

/** All of them, or the problems of all. */
export function all<T>(parts: { key: string | number; result: Parsed<T> }[]): Parsed<T[]> {
  const values: T[] = [];
  const problems: Problem[] = [];
  for (const { key, result } of parts) {
    if (result.ok) values.push(result.value);
    else problems.push(...under(result.problems, key));
  }
  return problems.length > 0 ? { ok: false, problems } : accepted(values);
}

export const listOf =
  <T>(parse: Parser<T>): Parser<T[]> =>
  (input) =>
    Array.isArray(input)
      ? all(input.map((item: unknown, key) => ({ key, result: parse(item) })))
      : refused('must be a list');

/** A list in which no two items have the same `key`, as `what` in words: "the same target". */
export const distinctListOf =
  <T>(parse: Parser<T>, keyOf: (item: T) => string, what: string): Parser<T[]> =>
  (input) => {
    const list = listOf(parse)(input);
    return list.ok ? distinct(list.value, keyOf, what) : list;
  };

function distinct<T>(items: T[], keyOf: (item: T) => string, what: string): Parsed<T[]> {
  const first = new Map<string, number>();
  return all(
    items.map((item, key) => {
      const before = first.get(keyOf(item));
      if (before !== undefined) return { key, result: refused(`has ${what} as entry ${before}`) };
      first.set(keyOf(item), key);
      return { key, result: accepted(item) };
    }),
  );
}

/** An object whose values are strings. @param refuseName says what is wrong with a name, if anything is */
export const textsByName =
  (refuseName: (name: string) => string | undefined): Parser<Record<string, string>> =>
  (input) => {
    if (!isObject(input)) return refused('must be an object whose values are strings');
    const entries = all(
      Object.entries(input).map(([key, value]) => ({ key, result: namedText(key, value, refuseName(key)) })),
    );
    return entries.ok ? accepted(Object.fromEntries(entries.value)) : entries;
  };

function namedText(name: string, value: unknown, complaint: string | undefined): Parsed<[string, string]> {
  if (complaint !== undefined) return refused(complaint);
  return typeof value === 'string' ? accepted([name, value]) : refused('must be a string');
}

export const isObject = (input: unknown): input is Record<string, unknown> =>
  typeof input === 'object' && input !== null && !Array.isArray(input);
