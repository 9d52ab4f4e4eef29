import type { Generation, Problem } from '@nebula/domain';

const READ_ONLY = ['generation', 'createdAt', 'updatedAt'] as const;
type JsonObject = Record<string, unknown>;

/** What answers add to a document. */
export const readOnlyOf = (newest: Generation): Record<(typeof READ_ONLY)[number], unknown> => ({
  generation: newest.generation,
  createdAt: newest.createdAt,
  updatedAt: newest.updatedAt,
});

/**
 * Takes the read-only fields off a document: what GET gives, PUT takes.
 * @param newest what they must be, if they are there; undefined: they must not be there
 */
export function withoutReadOnly(body: JsonObject, newest?: Generation): { rest: JsonObject; problems: Problem[] } {
  const rest = { ...body };
  const problems: Problem[] = [];
  for (const field of READ_ONLY) {
    if (newest !== undefined && (body[field] === undefined || body[field] === newest[field])) delete rest[field];
    else if (Object.hasOwn(rest, field)) {
      problems.push({ pointer: `/${field}`, detail: 'is read-only' });
      delete rest[field];
    }
  }
  return { rest, problems };
}

/** A document about to be kept under a name: its own name may be left out, but not be another. */
export function named(body: JsonObject, name: string): { rest: JsonObject; problems: Problem[] } {
  if (body['name'] === undefined || body['name'] === name) return { rest: { ...body, name }, problems: [] };
  const detail = `must be the name in the path, ${JSON.stringify(name)}: names do not change`;
  return { rest: { ...body, name }, problems: [{ pointer: '/name', detail }] };
}
