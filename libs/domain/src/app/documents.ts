import { isObject } from '../parse/parsed';
import type { AppSpec } from './app-spec.noun';
import { canonical } from './canonical';
import { DEFAULTS, defaultPullPolicy, PART_DEFAULTS } from './defaults';

const same = (a: unknown, b: unknown): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));

/** Applied to a part, or to each part of a list; what is no object (port 8080) stays as it is. */
const eachPart = (value: unknown, change: (part: object) => object): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => (isObject(item) ? change(item) : item));
  return isObject(value) ? change(value) : value;
};

const without = (values: object, defaults: object): object => {
  const known = new Map(Object.entries(defaults));
  return Object.fromEntries(
    Object.entries(values).filter(
      ([field, value]) => value !== null && value !== undefined && !(known.has(field) && same(value, known.get(field))),
    ),
  );
};

/**
 * The spec without what equals its default: what is stored and sent, so that an older worker is not stopped by a field
 * that it does not know while that has its default. The pull policy stays: its default moves with the image's tag, and an
 * owner who wrote it means it for the next tag too.
 */
export function sparse(spec: AppSpec): AppSpec {
  const parts = Object.entries(spec).map(([field, value]: [string, unknown]) => {
    const defaults = PART_DEFAULTS[field];
    return [field, defaults ? eachPart(value, (part) => without(part, defaults)) : value];
  });
  // An empty command is Docker's word for the image's own; a part of which nothing is left is at its defaults.
  const defaults = { ...DEFAULTS, command: [], resources: {}, stop: {} };
  return without(Object.fromEntries(parts), defaults) as AppSpec;
}

/** The spec with every default filled in, as answers show it; short forms stay as the owner wrote them. */
export function fullDocument(spec: AppSpec): Required<AppSpec> {
  const { name, image, pullPolicy, ...others } = sparse(spec);
  const fields = Object.entries({ ...DEFAULTS, ...others }).map(([field, value]: [string, unknown]) => {
    const defaults = PART_DEFAULTS[field];
    return [field, defaults ? eachPart(value, (part) => ({ ...part, ...missing(part, defaults) })) : value];
  });
  const filled = { name, image, pullPolicy: pullPolicy ?? defaultPullPolicy(image), ...Object.fromEntries(fields) };
  return copyOf(filled);
}

/** Of JSON; the platform's own takes ten times as long. */
function copyOf<T>(value: T): T;
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, copyOf(inner)]));
}

const missing = (part: object, defaults: object): object =>
  Object.fromEntries(Object.entries(defaults).filter(([field]) => !Object.hasOwn(part, field)));
