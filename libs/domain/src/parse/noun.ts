import { getMetadataStorage, registerDecorator, validateSync, type ValidationError } from 'class-validator';
import type { Problem } from '../errors';
import { isObject, under } from './parsed';
import { pointerTo } from './pointer';

/** A class whose decorated properties are the fields of a document, or of a part of one. */
export type Noun = new () => object;
type Check = (value: unknown) => Problem[];

const CHECKED = 'checked';
const parts = new Map<unknown, Map<string, Noun>>();

/** Ties a field to its check, which tells all that is wrong with pointers relative to the field. One for each field. */
export function Checked(check: Check): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: CHECKED,
      target: target.constructor,
      propertyName: String(property),
      options: { context: { check } },
      // The message is never shown, but without one class-validator leaves the context out.
      validator: { validate: (value: unknown) => check(value).length === 0, defaultMessage: () => CHECKED },
    });
}

/** The field holds such a part, or a list of such parts: what names it may have is known, at any depth. */
export function Part(noun: Noun): PropertyDecorator {
  return (target, property) => {
    const known = parts.get(target.constructor) ?? new Map<string, Noun>();
    parts.set(target.constructor, known.set(String(property), noun));
  };
}

/** The field holds one part, checked by its own class and then, if that found nothing, by `also`. */
export function Nested(noun: Noun, also: (part: never) => Problem[] = () => []): PropertyDecorator {
  const check: Check = (value) => {
    const problems = nounProblems(noun, value);
    return problems.length > 0 ? problems : also(value as never);
  };
  return (target, property) => {
    Part(noun)(target, property);
    Checked(check)(target, property);
  };
}

/**
 * Everything wrong with the fields of an admitted object. Instances are made here and not by class-transformer: that one
 * drops names that Object.prototype has (an env called `constructor`), and lets lists pass for objects.
 */
export function nounProblems(noun: Noun, value: unknown): Problem[] {
  if (!isObject(value)) return [{ pointer: '', detail: 'must be an object' }];
  return validateSync(Object.assign(new noun(), value), { stopAtFirstError: true }).flatMap(toProblems);
}

function toProblems(error: ValidationError): Problem[] {
  const check: Check | undefined = error.contexts?.[CHECKED]?.check;
  if (check !== undefined) return under(check(error.value), error.property);
  const ownName = new RegExp(`^${error.property} `);
  return Object.values({ ...error.constraints }).map((detail) => ({
    pointer: pointerTo(error.property),
    detail: detail.replace(ownName, ''),
  }));
}

const fields = new Map<Noun, Set<string>>();

function fieldsOf(noun: Noun): Set<string> {
  const known = fields.get(noun);
  if (known) return known;
  const metadata = getMetadataStorage().getTargetValidationMetadatas(noun, '', true, false);
  const found = new Set(metadata.map(({ propertyName }) => propertyName));
  fields.set(noun, found);
  return found;
}

/**
 * A copy with the known fields only, those that are null left out (null is the default), at any depth of known parts.
 * @param onUnknown told the pointer and value of each field that is not known
 */
export function admit(noun: Noun, value: unknown, onUnknown: (pointer: string, value: unknown) => void): unknown {
  if (!isObject(value)) return value;
  const known = fieldsOf(noun);
  const admitted: Record<string, unknown> = {};
  for (const [field, inner] of Object.entries(value)) {
    const at = pointerTo(field);
    if (inner === undefined) continue;
    if (!known.has(field)) onUnknown(at, inner);
    else if (inner !== null) admitted[field] = admitField(noun, field, inner, onUnknown);
  }
  return admitted;
}

function admitField(noun: Noun, field: string, value: unknown, onUnknown: (at: string, value: unknown) => void) {
  const part = parts.get(noun)?.get(field);
  if (part === undefined) return value;
  const below = (prefix: string) => (at: string, unknown: unknown) => onUnknown(prefix + at, unknown);
  return Array.isArray(value)
    ? value.map((item: unknown, index) => admit(part, item, below(pointerTo(field, index))))
    : admit(part, value, below(pointerTo(field)));
}

/** `value` as that noun, nulls dropped; or everything that is wrong with it. */
export function examine(noun: Noun, value: unknown): { admitted: unknown; problems: Problem[] } {
  const problems: Problem[] = [];
  const admitted = admit(noun, value, (pointer) => problems.push({ pointer, detail: 'is not a known field' }));
  return { admitted, problems: [...problems, ...nounProblems(noun, admitted)] };
}
