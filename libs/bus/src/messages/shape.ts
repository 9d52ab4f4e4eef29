/** @returns undefined: as it should be; else the JSON pointer to what is wrong, and what should be there: '/port: must be …'. */
export type Shape = (value: unknown) => string | undefined;

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const flag: Shape = (value) => (typeof value === 'boolean' ? undefined : ': must be true or false');

export const whole =
  (min: number, max: number = Number.MAX_SAFE_INTEGER): Shape =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max
      ? undefined
      : `: must be a whole number of ${min} to ${max}`;

export const amount: Shape = (value) =>
  Number.isFinite(value) && (value as number) >= 0 ? undefined : ': must be a number, 0 or more';

export const text =
  (max: number, min = 0): Shape =>
  (value) =>
    typeof value === 'string' && value.length >= min && value.length <= max
      ? undefined
      : `: must be a text of ${min} to ${max} characters`;

export const matching =
  (pattern: RegExp, what: string): Shape =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? undefined : `: must be ${what}`;

export const oneOf =
  (...values: readonly unknown[]): Shape =>
  (value) =>
    values.includes(value) ? undefined : `: must be one of ${values.join(', ')}`;

export const list =
  (entry: Shape, max: number): Shape =>
  (value) => {
    if (!Array.isArray(value)) return ': must be a list';
    if (value.length > max) return `: must be a list of ${max} at most`;
    for (const [index, each] of value.entries()) {
      const wrong = entry(each);
      if (wrong !== undefined) return `/${index}${wrong}`;
    }
    return undefined;
  };

function fieldsOf(value: JsonObject, fields: [string, Shape][], required: boolean): string | undefined {
  for (const [field, shape] of fields) {
    const content = Object.hasOwn(value, field) ? value[field] : undefined;
    if (content === undefined && !required) continue;
    const wrong = content === undefined ? ': is missing' : shape(content);
    if (wrong !== undefined) return `/${field}${wrong}`;
  }
  return undefined;
}

/** An object with these fields; others may be there too. */
export const object = (required: Record<string, Shape>, optional: Record<string, Shape> = {}): Shape => {
  const must = Object.entries(required);
  const may = Object.entries(optional);
  return (value) =>
    isObject(value) ? (fieldsOf(value, must, true) ?? fieldsOf(value, may, false)) : ': must be an object';
};

/** The first shape that finds something wrong decides. */
export const all =
  (...shapes: Shape[]): Shape =>
  (value) => {
    for (const shape of shapes) {
      const wrong = shape(value);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
