import type {
  AppMessage,
  DigestMessage,
  GroupMessage,
  HostReport,
  Snapshot,
  SnapshotRequest,
  StatusMessage,
} from '@nebula/domain';
import { appGeneration, groupGeneration } from './generations';
import { MESSAGE_LIMITS } from './limits';
import { measure } from './measure';
import { Refusal } from './refusal';
import { report } from './report';
import { isObject, list, object, oneOf, type Shape, text } from './shape';
import { name, selection } from './words';

/** Tells whether a message's body is what it should be; never throws. The body itself is given back, unknown fields too. */
export type Check<T> = (body: unknown) => T | Refusal;

function check<T>(shape: Shape, size: number = MESSAGE_LIMITS.message): Check<T> {
  return (body) => {
    const excess = measure(body, size);
    if (excess) return excess;
    const wrong = shape(body);
    return wrong === undefined ? (body as T) : new Refusal('malformed', wrong);
  };
}

const SCOPES: Record<string, Shape> = { app: name, group: name, all: oneOf(true) };
const scope: Shape = (value) => {
  if (!isObject(value)) return ': must be an object';
  const kinds = Object.keys(SCOPES).filter((kind) => Object.hasOwn(value, kind));
  if (kinds.length !== 1) return ': must have one of app, group, all';
  return object(Object.fromEntries(kinds.map((kind) => [kind, SCOPES[kind] as Shape])))(value);
};

const names = list(name, MESSAGE_LIMITS.namesOfList);
const apps = list(appGeneration, MESSAGE_LIMITS.apps);

export const checkAppMessage = check<AppMessage>(object({ app: appGeneration }));
export const checkGroupMessage = check<GroupMessage>(object({ group: groupGeneration, apps }));
export const checkDigest = check<DigestMessage>(object({ scope, digest: text(MESSAGE_LIMITS.name, 1) }));
export const checkReport = check<HostReport>(report, MESSAGE_LIMITS.report);
export const checkStatus = check<StatusMessage>(object({ apps: names }));
export const checkSnapshotRequest = check<SnapshotRequest>(object({ host: name, selection, known: names }));
export const checkSnapshot = check<Snapshot>(object({ groups: names, apps }, { group: groupGeneration }));
