import {
  DomainError,
  LIMITS,
  mergePatch,
  parseAppSpec,
  sparse,
  type AppGeneration,
  type AppSpec,
} from '@nebula/domain';
import { parseTogether } from '../changes/parse-together';
import { named, readOnlyOf, withoutReadOnly } from '../changes/read-only';
import { birth, successor, type Stamp } from '../changes/stamp';

type JsonObject = Record<string, unknown>;
const INVALID = 'invalid-app';

/** @param newest of that name, whatever it is @throws DomainError conflict when there is such an app */
export function createdApp(newest: AppGeneration | undefined, spec: AppSpec, by: Stamp): AppGeneration {
  if (newest !== undefined && !newest.deleted) {
    throw new DomainError('conflict', 'app-exists', `There is an app ${spec.name} already.`);
  }
  const begun = birth(spec.name, newest, by);
  return { ...begun, spec, bornAt: begun.generation, restartedAt: 0, pulledAt: 0 };
}

/** The body of a POST: everything but the read-only fields. */
export function parseNewApp(body: JsonObject): AppSpec {
  const { rest, problems } = withoutReadOnly(body);
  return parseTogether(problems, INVALID, () => parseSpec(rest));
}

export function replacedApp(current: AppGeneration, body: JsonObject, by: Stamp): AppGeneration {
  const stripped = withoutReadOnly(body, current);
  const { rest, problems } = named(stripped.rest, current.name);
  const spec = parseTogether([...stripped.problems, ...problems], INVALID, () => parseSpec(rest));
  return successor(current, by, { spec });
}

/** RFC 7396, on what the owner wrote: a field at its default is not there for the patch to be merged with. */
export function patchedApp(current: AppGeneration, patch: JsonObject, by: Stamp): AppGeneration {
  const merged = mergePatch({ ...liveSpec(current), ...readOnlyOf(current) }, patch) as JsonObject;
  if (patch['containersPer'] !== undefined) merged['containersPer'] = onlyKind(patch['containersPer'], merged);
  // A name that the patch took away stays away: it has no default to return to.
  return replacedApp(current, { ...merged, name: merged['name'] ?? null }, by);
}

/** Exactly one kind of count is ever valid, so a patch that names one means that one, not that one beside the other. */
function onlyKind(patched: unknown, merged: JsonObject): unknown {
  if (typeof patched !== 'object' || patched === null) return merged['containersPer'];
  const named = Object.entries(patched).filter(([, value]) => value !== null);
  return named.length === 1 ? Object.fromEntries(named) : merged['containersPer'];
}

export const deletedApp = (current: AppGeneration, by: Stamp): AppGeneration =>
  successor(current, by, { deleted: true, spec: undefined });

export const startedApp = (current: AppGeneration, by: Stamp): AppGeneration =>
  successor(current, by, { spec: sparse({ ...liveSpec(current), running: true }) });

export const stoppedApp = (current: AppGeneration, by: Stamp): AppGeneration =>
  successor(current, by, { spec: sparse({ ...liveSpec(current), running: false }) });

export function restartedApp(current: AppGeneration, by: Stamp): AppGeneration {
  requireRunning(current, 'restart');
  return successor(current, by, { restartedAt: current.generation + 1 });
}

export function pulledApp(current: AppGeneration, by: Stamp): AppGeneration {
  requireRunning(current, 'pull');
  return successor(current, by, { pulledAt: current.generation + 1 });
}

export function liveSpec(app: AppGeneration): AppSpec {
  if (app.spec !== undefined) return app.spec;
  throw new Error(`generation ${app.generation} of ${app.name} has no spec`);
}

function requireRunning(current: AppGeneration, what: string): void {
  if (liveSpec(current).running !== false) return;
  throw new DomainError('conflict', 'app-stopped', `${current.name} is stopped, and has no containers to ${what}.`);
}

function parseSpec(body: JsonObject): AppSpec {
  const spec = sparse(parseAppSpec(body));
  const size = Buffer.byteLength(JSON.stringify(spec));
  if (size <= LIMITS.appDocument) return spec;
  const detail = `The app's document has ${size} bytes; it may have ${LIMITS.appDocument}.`;
  throw new DomainError('too-large', 'app-too-large', detail);
}
