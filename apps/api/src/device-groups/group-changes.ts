import { DomainError, mergePatch, parseGroupSpec, type DeviceGroupSpec, type GroupGeneration } from '@nebula/domain';
import { parseTogether } from '../changes/parse-together';
import { named, readOnlyOf, withoutReadOnly } from '../changes/read-only';
import { birth, successor, type Stamp } from '../changes/stamp';

type JsonObject = Record<string, unknown>;
const INVALID = 'invalid-group';

/** The body of a POST: everything but the read-only fields. */
export function parseNewGroup(body: JsonObject): DeviceGroupSpec {
  const { rest, problems } = withoutReadOnly(body);
  return parseTogether(problems, INVALID, () => parseGroupSpec(rest));
}

/** @param newest of that name, whatever it is @throws DomainError conflict when there is such a group */
export function createdGroup(
  newest: GroupGeneration | undefined,
  { name, apps }: DeviceGroupSpec,
  by: Stamp,
): GroupGeneration {
  if (newest !== undefined && !newest.deleted) {
    throw new DomainError('conflict', 'device-group-exists', `There is a device group ${name} already.`);
  }
  return { ...birth(name, newest, by), apps };
}

export function replacedGroup(current: GroupGeneration, body: JsonObject, by: Stamp): GroupGeneration {
  const stripped = withoutReadOnly(body, current);
  const { rest, problems } = named(stripped.rest, current.name);
  const { apps } = parseTogether([...stripped.problems, ...problems], INVALID, () => parseGroupSpec(rest));
  return successor(current, by, { apps });
}

/** RFC 7396. */
export function patchedGroup(current: GroupGeneration, patch: JsonObject, by: Stamp): GroupGeneration {
  const document = { name: current.name, apps: current.apps, ...readOnlyOf(current) };
  const merged = mergePatch(document, patch) as JsonObject;
  return replacedGroup(current, { ...merged, name: merged['name'] ?? null }, by);
}

export const deletedGroup = (current: GroupGeneration, by: Stamp): GroupGeneration =>
  successor(current, by, { deleted: true, apps: [] });
