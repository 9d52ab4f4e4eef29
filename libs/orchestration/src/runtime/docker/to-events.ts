import type { RuntimeEvent } from '../observed';
import { asRecord, asText } from './raw';

/** What is asked for; `exec_*`, `attach`, `top` and the like would only make work. */
export const EVENT_FILTERS = {
  type: ['container', 'network', 'volume'],
  event: [
    ...['create', 'start', 'die', 'stop', 'pause', 'unpause', 'rename', 'update', 'destroy', 'oom', 'health_status'],
    ...['connect', 'disconnect', 'remove'],
  ],
};

/** The events in one of Docker's messages. Connecting is about the container as much as about the network. */
export function toEvents(message: unknown): RuntimeEvent[] {
  const raw = asRecord(message);
  const actor = asRecord(raw.Actor);
  const id = asText(actor.ID);
  const action = asText(raw.Action).split(':')[0]!; // 'health_status: healthy'
  if (id === '' || action === '') return [];
  switch (raw.Type) {
    case 'container':
      return [{ kind: 'container', id, action }];
    case 'network':
      return [...attached(asText(asRecord(actor.Attributes).container), action), { kind: 'network', id, action }];
    case 'volume':
      return action === 'create' || action === 'destroy' ? [{ kind: 'volume', name: id, action }] : [];
    default:
      return [];
  }
}

function attached(id: string, action: string): RuntimeEvent[] {
  return id === '' ? [] : [{ kind: 'container', id, action }];
}
