import type { Envelope } from '@nebula/domain';
import type { Check } from './checks';
import { MESSAGE_LIMITS } from './limits';
import { measure } from './measure';
import { Refusal } from './refusal';
import { isObject } from './shape';
import { storeId } from './words';

export function seal<T>(installation: string, store: string, body: T): Envelope<T> {
  return { v: 1, installation, store, body };
}

/**
 * Looks at the envelope alone: whose it is comes before everything else. Never throws; unknown fields are kept. What the
 * bus itself refused, because nobody could read it, is a `Refusal` already.
 */
export function open(envelope: unknown, installation: string): Envelope<unknown> | Refusal {
  if (envelope instanceof Refusal) return envelope;
  if (!isObject(envelope)) return new Refusal('malformed', ': must be an object');
  if (typeof envelope.installation !== 'string') return new Refusal('malformed', '/installation: must be a text');
  if (envelope.installation !== installation) return new Refusal('foreign', '/installation: is another one');
  if (envelope.v !== 1) return new Refusal('version', '/v: must be 1');
  const wrongStore = storeId(envelope.store);
  if (wrongStore !== undefined) return new Refusal('malformed', `/store${wrongStore}`);
  if (!isObject(envelope.body)) return new Refusal('malformed', '/body: must be an object');
  return measure(envelope, MESSAGE_LIMITS.message) ?? (envelope as object as Envelope<unknown>);
}

/** Opens the envelope and checks what is in it: what every receiver does first. */
export function accept<T>(envelope: unknown, installation: string, check: Check<T>): Envelope<T> | Refusal {
  const opened = open(envelope, installation);
  if (opened instanceof Refusal) return opened;
  const body = check(opened.body);
  return body instanceof Refusal ? new Refusal(body.reason, `/body${body.detail}`) : { ...opened, body };
}
