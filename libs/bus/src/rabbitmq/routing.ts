import type { AppMessage, DigestMessage, GroupMessage } from '@nebula/domain';
import { createHash } from 'node:crypto';
import type { Reach } from '../control-bus';
import type { Audience, Topics } from '../topics';

export type DesiredTopic = 'app' | 'group' | 'digest';

/** Where one message goes: by its key, and by those of its header `CC`. A queue that several of them reach gets it once. */
export interface Route {
  key: string;
  cc: string[];
}

/** The key of what every host hears. */
export const EVERYBODY = 'all';
const EVERY_APP = 'apps';
/** Longer ones do not fit the protocol. */
const MAX_KEY_BYTES = 255;
/** Of the keys in one message's header: amqplib has room for 64 KiB of headers. */
const MAX_HEADER_BYTES = 32 * 1024;

function keyOf(kind: 'app' | 'group', name: string): string {
  const key = `${kind}:${name}`;
  return Buffer.byteLength(key) <= MAX_KEY_BYTES ? key : `${kind}:#${createHash('sha256').update(name).digest('hex')}`;
}

/** The keys by which a host binds its queue, once. */
export function keysOf({ all, names, group }: Audience): string[] {
  const keys = [EVERYBODY, ...(all ? [EVERY_APP] : []), ...names.map((name) => keyOf('app', name))];
  return [...new Set(group === undefined ? keys : [...keys, keyOf('group', group)])];
}

/** @returns at least one; more only for an app of very many groups */
export function routesOf<T extends DesiredTopic>(topic: T, body: Topics[T], reach: Reach = { groups: [] }): Route[] {
  if (topic === 'app') return routesOfApp((body as AppMessage).app.name, reach.groups);
  if (topic === 'group') return [{ key: keyOf('group', (body as GroupMessage).group.name), cc: [] }];
  return [{ key: keyOfDigest((body as DigestMessage).scope), cc: [] }];
}

function keyOfDigest(scope: DigestMessage['scope']): string {
  if ('app' in scope) return keyOf('app', scope.app);
  return 'group' in scope ? keyOf('group', scope.group) : EVERYBODY;
}

function routesOfApp(app: string, groups: readonly string[]): Route[] {
  const first: Route = { key: keyOf('app', app), cc: [EVERY_APP] };
  const routes = [first];
  let current = first;
  let bytes = 0;
  for (const key of new Set(groups.map((group) => keyOf('group', group)))) {
    bytes += Buffer.byteLength(key);
    if (bytes <= MAX_HEADER_BYTES) current.cc.push(key);
    else {
      // Without the app's own keys: who hears those has it already.
      current = { key, cc: [] };
      routes.push(current);
      bytes = 0;
    }
  }
  return routes;
}
