import type { Refusal } from '@nebula/bus';
import { cutText, type HostProblem, LIMITS } from '@nebula/domain';

/** Messages that were not taken in: another installation's on the same broker, or ones that nobody could read. */
export class RefusedMessages {
  private count = 0;
  private last = '';

  add({ reason, detail }: Refusal): void {
    this.count++;
    this.last = `${reason}${detail}`;
  }

  problems(): HostProblem[] {
    if (this.count === 0) return [];
    const detail = `${this.count} messages were refused, the last one: ${cutText(this.last, LIMITS.errorText)}`;
    return [{ code: 'bad-messages', detail }];
  }
}
