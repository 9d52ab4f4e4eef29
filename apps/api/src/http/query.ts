import type { PipeTransform } from '@nestjs/common';
import { ParameterError, type ParameterProblem } from '../problem/parameter-error';

/** Reads one query parameter; throws a `Refused` with what it must be. undefined: it is absent. */
export type Rule<T> = (text: string | undefined) => T;

export class Refused extends Error {}

export const wholeNumber =
  (from: number, to: number): Rule<number | undefined> =>
  (text) => {
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= from && value <= to) return value;
    throw new Refused(`must be a whole number from ${from} to ${to}`);
  };

export const orElse =
  <T>(rule: Rule<T | undefined>, otherwise: T): Rule<T> =>
  (text) =>
    rule(text) ?? otherwise;

export const anyText: Rule<string | undefined> = (text) => text;

export const oneOf =
  (values: readonly string[]): Rule<string | undefined> =>
  (text) => {
    if (text === undefined || values.includes(text)) return text;
    throw new Refused(`must be one of ${values.join(', ')}`);
  };

type Rules<Q> = { [K in keyof Q]-?: Rule<Q[K]> };

/** A typed query from a raw one. What nobody knows is refused too: a mistyped parameter must not pass for its default. */
export class QueryPipe<Q extends object> implements PipeTransform<unknown, Q> {
  constructor(private readonly rules: Rules<Q>) {}

  transform(raw: unknown): Q {
    return readQuery(raw, this.rules);
  }
}

/** @throws ParameterError that names every parameter at fault */
export function readQuery<Q extends object>(raw: unknown, rules: Rules<Q>): Q {
  const given = new Map(Object.entries(raw ?? {}));
  const problems: ParameterProblem[] = [];
  for (const parameter of given.keys()) {
    if (!Object.hasOwn(rules, parameter)) problems.push({ parameter, detail: 'is not known here' });
  }
  const read = Object.entries<Rule<unknown>>(rules).map(([name, rule]) => {
    const { value, detail } = readOne(given.get(name), rule);
    if (detail !== undefined) problems.push({ parameter: name, detail });
    return [name, value];
  });
  if (problems.length > 0) throw new ParameterError('invalid-query', problems);
  return Object.fromEntries(read) as Q;
}

function readOne(given: unknown, rule: Rule<unknown>): { value?: unknown; detail?: string } {
  if (given !== undefined && typeof given !== 'string') return { detail: 'is given more than once' };
  try {
    return { value: rule(given) };
  } catch (error) {
    if (error instanceof Refused) return { detail: error.message };
    throw error;
  }
}
