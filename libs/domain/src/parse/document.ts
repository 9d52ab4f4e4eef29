import { DomainError, type Problem } from '../errors';
import { malformed } from './malformed';
import { pointerTo } from './pointer';

/** Nothing that people write comes near these; they bound the time and the stack that hostile input can cost. */
const MAX_DEPTH = 32;
const MAX_VALUES = 100_000;

/** What `JSON.parse` of a decent text gives; everything after `assertDocument` may recurse. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

type Path = { key: string; above: Path } | undefined;

interface Visited {
  value: unknown;
  path: Path;
  depth: number;
}

/** Refuses what no field of any document may hold, wherever it is. Iterative: the depth of the input is the sender's. */
export function assertDocument(input: unknown): asserts input is Json {
  const problems: Problem[] = [];
  const open: Visited[] = [{ value: input, path: undefined, depth: 0 }];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (++seen > MAX_VALUES) throw tooManyValues();
    const detail = (next.path && keyProblem(next.path.key)) ?? valueProblem(next.value);
    if (detail !== undefined) problems.push({ pointer: pointerOf(next.path), detail });
    for (const inner of inside(next)) open.push(inner);
  }
  if (problems.length > 0) throw malformed('invalid-document', 'The document', problems);
}

/** In reverse, as they come off a stack. What is undefined is not there, as in JSON. */
function inside({ value, path, depth }: Visited): Visited[] {
  if (typeof value !== 'object' || value === null) return [];
  if (depth >= MAX_DEPTH) throw new DomainError('malformed', 'too-deep', `Nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value) && value.length > MAX_VALUES) throw tooManyValues();
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]: [string, unknown]) => ({ value: inner, path: { key, above: path }, depth: depth + 1 }))
    .reverse();
}

const tooManyValues = () => new DomainError('malformed', 'too-many-values', `Holds more than ${MAX_VALUES} values`);

const pointerOf = (path: Path): string => {
  const keys: string[] = [];
  for (let at = path; at !== undefined; at = at.above) keys.push(at.key);
  return pointerTo(...keys.reverse());
};

/** `__proto__` is no name of anything in practice, and one forgotten assignment away from being a prototype. */
const keyProblem = (key: string): string | undefined =>
  key === '__proto__' ? 'is a name that cannot be used' : textProblem(key);

const valueProblem = (value: unknown): string | undefined => {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must be a finite number';
  return typeof value === 'boolean' || typeof value === 'object' ? undefined : 'must be a JSON value';
};

/** Docker refuses NUL where the kernel would end a string, and turns half characters into others. */
const textProblem = (text: string): string | undefined => {
  if (text.includes('\0')) return 'must not contain the character NUL';
  return /\p{Surrogate}/u.test(text) ? 'must be well-formed Unicode (it has half of a surrogate pair)' : undefined;
};
