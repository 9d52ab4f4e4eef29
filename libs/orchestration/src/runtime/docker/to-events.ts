import type { RuntimeEvent } from '../observed';
import { asRecord, asText, type Raw } from './raw';

/** What is asked for; `exec_*`, `attach`, `top` and the like would only make work. */
export const EVENT_FILTERS = {
  type: ['container', 'network', 'volume'],
  event: [
    ...['create', 'start', 'die', 'stop', 'pause', 'unpause', 'rename', 'update', 'destroy', 'oom', 'health_status'],
    ...['connect', 'disconnect', 'remove'],
  ],
};

/** The events in one of Docker's messages. Connecting changes a container, which it names, and no network. */
export function toEvents(message: unknown): RuntimeEvent[] {
  const raw = asRecord(message);
  const actor = asRecord(raw.Actor);
  const id = asText(actor.ID);
  const action = asText(raw.Action).split(':')[0]!; // 'health_status: healthy'
  if (id === '' || action === '') return [];
  switch (raw.Type) {
    case 'container':
      return [{ kind: 'container', id, action, ...exitCodeOf(actor) }];
    case 'network':
      return attaches(action) ? attached(actor, action) : [{ kind: 'network', id, action }];
    case 'volume':
      return action === 'create' || action === 'destroy' ? [{ kind: 'volume', name: id, action }] : [];
    default:
      return [];
  }
}

/** In Docker's events all attributes are texts. */
function exitCodeOf(actor: Raw): { exitCode?: number } {
  const text = asText(asRecord(actor.Attributes).exitCode);
  return /^\d{1,3}$/.test(text) ? { exitCode: Number(text) } : {};
}

const attaches = (action: string): boolean => action === 'connect' || action === 'disconnect';

function attached(actor: Raw, action: string): RuntimeEvent[] {
  const id = asText(asRecord(actor.Attributes).container);
  return id === '' ? [] : [{ kind: 'container', id, action }];
}
