import type { OpenAPIObject } from '@nestjs/swagger';
import { exampleOf } from './examples';
import { deriveSchemas } from './derived-schemas';
import { polishSchema, type Schema } from './schemas';

interface Parameter {
  name: string;
  in: string;
  description?: string;
  schema?: Schema;
}

interface Media {
  schema?: Schema;
  example?: unknown;
}

interface Operation {
  tags?: string[];
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

/** What the scanner of types and comments can't know, in one place, instead of a decorator on every field. */
export function polish(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const [name, schema] of Object.entries(schemas)) polishSchema(name, schema);
  Object.assign(schemas, deriveSchemas(schemas));
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path as object)) polishOperation(operation as Operation);
  }
  // Where there is nothing to say, an empty object says it wrongly.
  delete document.info.contact;
  return document;
}

function polishOperation(operation: Operation): void {
  if (operation.tags?.includes('health')) operation.security = [];
  operation.parameters?.forEach(polishParameter);
  const bodies = [operation.requestBody, ...Object.values(operation.responses)];
  for (const media of bodies.flatMap((body) => Object.values(body?.content ?? {}))) {
    const example = exampleOf(media.schema?.$ref);
    if (media.example === undefined && example !== undefined) media.example = example;
  }
}

function polishParameter(parameter: Parameter): void {
  if (parameter.in !== 'path') return;
  const isHost = parameter.name === 'id';
  parameter.description = isHost ? "The host's id" : 'Its name';
  parameter.schema = { type: 'string', example: isHost ? 'rack1-3f2a' : 'web' };
}
