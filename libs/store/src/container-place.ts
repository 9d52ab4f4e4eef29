import { DomainError } from '@nebula/domain';

/** Of a row among containers, which are in the order of host, app, ordinal and id. */
export interface Place {
  host: string;
  app: string;
  ordinal: number;
  id: string;
}

/** @throws DomainError('malformed', 'invalid-cursor') for what no page gave out */
export function parsePlace(after: string): Place {
  const [id = '', ordinal = '', app, ...host] = after.split('\n').reverse();
  if (host.length === 0 || app === undefined || !/^\d{1,16}$/.test(ordinal))
    throw new DomainError('malformed', 'invalid-cursor', 'the cursor of this page is not one that was given out');
  return { host: host.reverse().join('\n'), app, ordinal: Number(ordinal), id };
}
