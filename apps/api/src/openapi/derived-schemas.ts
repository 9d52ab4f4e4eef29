import { refTo, type Schema } from './schemas';

type Schemas = Record<string, Schema>;

const READ_ONLY = ['generation', 'createdAt', 'updatedAt'];

/** Schemas that follow from others: what PUT and PATCH take, and what answers have in full. */
export function deriveSchemas(schemas: Schemas): Schemas {
  const derived: Schemas = {
    AppDocument: { ...schemas['AppDocument'], required: allBut(schemas['AppDocument'], 'rollout') },
    AppSettings: { ...open(schemas['AppSpec']), required: allBut(schemas['AppSpec']), nullable: true },
    AppReplacement: replacementOf(schemas['AppSpec'], schemas['AppDocument']),
    GroupReplacement: replacementOf(schemas['DeviceGroupSpec'], schemas['GroupDocument']),
  };
  derived['AppGenerationView'] = withProperty(schemas['AppGenerationView'], 'app', refTo('AppSettings'));
  addPatch(schemas, derived, 'AppPatch', derived['AppReplacement']);
  addPatch(schemas, derived, 'GroupPatch', derived['GroupReplacement']);
  return derived;
}

const allBut = (schema: Schema | undefined, ...names: string[]): string[] =>
  Object.keys(schema?.properties ?? {}).filter((name) => !names.includes(name));

/** Answers may gain fields in later versions. */
const open = ({ additionalProperties: _, ...schema }: Schema = {}): Schema => schema;

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
  const { required = [], minProperties: _min, maxProperties: _max, ...loose } = whole ?? {};
  const lasting = new Set([...required, ...READ_ONLY, 'name']);
  const properties = Object.entries(whole?.properties ?? {}).map(([field, property]) => {
    const part = partOf(property);
    if (lasting.has(field)) return [field, property];
    if (part === undefined || schemas[part] === undefined) return [field, optional(property)];
    addPatch(schemas, derived, `${part}Patch`, { ...schemas[part], nullable: true });
    return [field, { ...optional(property), nullable: undefined, allOf: [refTo(`${part}Patch`)] }];
  });
  derived[name] = clean({ ...loose, properties: Object.fromEntries(properties) as Schemas });
}

const optional = ({ default: _, additionalProperties: values, ...property }: Schema): Schema => ({
  ...property,
  // An entry of a map goes by its null, too.
  ...(values !== undefined && {
    additionalProperties: typeof values === 'object' ? { ...values, nullable: true } : values,
  }),
  nullable: true,
});

const partOf = (property: Schema): string | undefined => property.allOf?.[0]?.$ref?.split('/').at(-1);

const withProperty = (schema: Schema | undefined, name: string, property: Schema): Schema => ({
  ...schema,
  properties: { ...schema?.properties, [name]: property },
});

/** Without what is undefined, as it will be written. */
const clean = (schema: Schema): Schema => JSON.parse(JSON.stringify(schema)) as Schema;
