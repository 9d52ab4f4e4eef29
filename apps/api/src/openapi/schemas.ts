/** A schema of OpenAPI 3.0, as far as we touch it. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  default?: unknown;
  example?: unknown;
  nullable?: boolean;
  enum?: unknown[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  minProperties?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
}

export const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** Where fractions are meant; every other number is a whole one, which types do not say. */
const FRACTIONS = new Set([
  'ContainersPer.cpu',
  'ContainersPer.memoryGiB',
  'Resources.cpus',
  'HealthCheck.intervalSeconds',
  'HealthCheck.timeoutSeconds',
  'HealthCheck.startPeriodSeconds',
]);

const TIMES = new Set(['createdAt', 'updatedAt', 'at', 'until', 'startedAt', 'firstHeardAt', 'lastHeardAt']);

/** Parts of documents that people write: unknown fields are refused there. */
const WRITTEN = new Set([
  'AppSpec',
  'ContainersPer',
  'DeviceGroupSpec',
  'HealthCheck',
  'Logging',
  'PortMapping',
  'Resources',
  'Rolling',
  'Stop',
  'Ulimit',
]);

/** Parts that are null where they are not said: the null belongs to the part, as a `$ref` can't be null by itself. */
const NULLABLE = new Set(['HealthCheck', 'Logging', 'Rolling']);

const DEFAULT_LINE = /\n?@default (.+)$/;

export function polishSchema(name: string, schema: Schema): void {
  for (const [field, property] of Object.entries(schema.properties ?? {})) {
    polishProperty(`${name}.${field}`, property);
    if (TIMES.has(field)) property.format = 'date-time';
    // A number alone is the short form.
    if (field === 'ports' && isLooseList(property)) property.items = portItem();
  }
  if (WRITTEN.has(name)) schema.additionalProperties = false;
  if (NULLABLE.has(name)) schema.nullable = true;
  if (name === 'ContainersPer') Object.assign(schema, { minProperties: 1, maxProperties: 1 });
}

function polishProperty(path: string, property: Schema): void {
  if (property.type === 'number' && !FRACTIONS.has(path)) property.type = 'integer';
  // The compiler has the members of a union in the order in which it met them, which another build need not share.
  property.enum?.sort();
  const written = DEFAULT_LINE.exec(property.description ?? '')?.[1];
  if (written !== undefined) {
    property.default = parsedDefault(written);
    property.description = property.description?.replace(DEFAULT_LINE, '');
  }
  property.description = property.description?.replaceAll('\n', ' ');
  if (!property.description) delete property.description;
  if (property.allOf?.length === 1 && property.nullable) {
    delete property.nullable;
    delete property.type;
  }
}

/** Comments have JSON, or a word. */
function parsedDefault(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const isLooseList = (property: Schema): boolean =>
  property.type === 'array' && property.items?.$ref === undefined && property.items?.type === 'object';

const portItem = (): Schema => ({ oneOf: [{ type: 'integer', minimum: 1, maximum: 65535 }, refTo('PortMapping')] });
