import { DomainError } from '@nebula/domain';
import type { BusState } from '../control-bus';

const DETAIL: Record<BusState, string> = {
  up: 'The message broker did not take the message.',
  blocked: 'The message broker takes no messages in at the moment: it is short of memory or disk.',
  away: 'The message broker is away.',
};

export function away(state: BusState, reason?: string): DomainError {
  return new DomainError('unavailable', 'bus-away', reason ? `${DETAIL[state]} (${reason})` : DETAIL[state]);
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
