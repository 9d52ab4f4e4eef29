import type { Topic } from '../topics';
import type { Subject } from './subject';

export interface Recorded {
  topic: Topic;
  /** The envelope as JSON. */
  text: string;
  /** Of desired state: what its way depends on. */
  subject?: Subject;
}

/** The last messages that were published, oldest first, for tests that send old ones again. */
export class History {
  private readonly records: Recorded[] = [];

  constructor(private readonly limit: number) {}

  add(record: Recorded): void {
    if (this.limit === 0) return;
    this.records.push(record);
    if (this.records.length > this.limit) this.records.shift();
  }

  all(): Recorded[] {
    return [...this.records];
  }
}
