import { refTo, type Schema } from './schemas';

type Schemas = Record<string, Schema>;

const READ_ONLY = ['generation', 'createdAt', 'updatedAt'];

/** Schemas that follow from others: what PUT and PATCH take, and what answers have in full. */
export function deriveSchemas(schemas: Schemas): Schemas {
  const spec = schemas['AppSpec'];
  const derived: Schemas = {
    AppDocument: { ...schemas['AppDocument'], required: allBut(schemas['AppDocument'], 'push', 'rollout') },
    // Answers may gain fields in later versions; what people write may not have others.
    AppSettings: { ...spec, additionalProperties: undefined, required: allBut(spec), nullable: true },
    AppGenerationView: withProperty(schemas['AppGenerationView'], 'app', refTo('AppSettings')),
    AppReplacement: replacementOf(spec, schemas['AppDocument']),
    GroupReplacement: replacementOf(schemas['DeviceGroupSpec'], schemas['GroupDocument']),
  };
  addPatch(schemas, derived, 'AppPatch', derived['AppReplacement']);
  addPatch(schemas, derived, 'GroupPatch', derived['GroupReplacement']);
  return withoutUndefined(derived);
}

const allBut = (schema: Schema | undefined, ...names: string[]): string[] =>
  Object.keys(schema?.properties ?? {}).filter((name) => !names.includes(name));

/** What GET gives, PUT takes; the name is in the path. */
function replacementOf(spec: Schema | undefined, document: Schema | undefined): Schema {
  const readOnly = READ_ONLY.map((name) => [name, unchanged(document?.properties?.[name])]);
  return {
    ...spec,
    properties: { ...spec?.properties, ...Object.fromEntries(readOnly) },
    required: spec?.required?.filter((name) => name !== 'name') ?? [],
  };
}

const unchanged = (property: Schema | undefined): Schema => ({
  ...property,
  description: 'Read-only: may be left out, must not be altered.',
});

/** A merge patch: every field may be there or not, and null says "back to the default", at any depth but in lists. */
function addPatch(schemas: Schemas, derived: Schemas, name: string, whole: Schema | undefined): void {
  const lasting = new Set([...(whole?.required ?? []), ...READ_ONLY, 'name']);
  const properties = Object.entries(whole?.properties ?? {}).map(([field, property]): [string, Schema] => {
    if (lasting.has(field)) return [field, property];
    const part = partOf(property);
    if (part === undefined || schemas[part] === undefined) return [field, optional(property)];
    addPatch(schemas, derived, `${part}Patch`, { ...schemas[part], nullable: true });
    return [field, { ...optional(property), nullable: undefined, allOf: [refTo(`${part}Patch`)] }];
  });
  const unbound = { required: undefined, minProperties: undefined, maxProperties: undefined };
  derived[name] = { ...whole, ...unbound, properties: Object.fromEntries(properties) };
}

const optional = (property: Schema): Schema => ({
  ...property,
  default: undefined,
  nullable: true,
  ...(typeof property.additionalProperties === 'object' && {
    // An entry of a map goes by its null, too.
    additionalProperties: { ...property.additionalProperties, nullable: true },
  }),
});

const partOf = (property: Schema): string | undefined => property.allOf?.[0]?.$ref?.split('/').at(-1);

const withProperty = (schema: Schema | undefined, name: string, property: Schema): Schema => ({
  ...schema,
  properties: { ...schema?.properties, [name]: property },
});

/** As it will be written: JSON has no undefined. */
const withoutUndefined = (schemas: Schemas): Schemas => JSON.parse(JSON.stringify(schemas)) as Schemas;
