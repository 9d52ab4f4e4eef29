import type { Topic, Topics } from '@nebula/bus';
import type { InProcessBus } from '@nebula/bus/in-process';
import type { Envelope } from '@nebula/domain';

/** What was published under a topic so far, oldest first. The bus must keep a history. */
export function published<T extends Topic>(bus: InProcessBus, topic: T): Envelope<Topics[T]>[] {
  const found: Envelope<Topics[T]>[] = [];
  bus.replay((record) => {
    if (record.topic === topic) found.push(JSON.parse(record.text) as Envelope<Topics[T]>);
    return false;
  });
  return found;
}
