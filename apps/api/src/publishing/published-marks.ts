import type { Generation } from '@nebula/domain';
import type { GenerationStore } from '@nebula/store';

/** A change is marked while its hosts are at work, and a name that changes all the time once in this time, ms. */
const GATHER_MS = 500;

interface Mark {
  store: Pick<GenerationStore<Generation>, 'published'>;
  name: string;
  generation: number;
}

/**
 * What was published and is not marked so yet. Nobody waits for a mark: what has none when we die, or where the store
 * refuses it, is published once more.
 */
export class PublishedMarks {
  private readonly marks = new Map<string, Mark>();
  private timer: NodeJS.Timeout | undefined;

  add(noun: string, store: Mark['store'], { name, generation }: Generation): void {
    const key = `${noun} ${name}`;
    if (this.has(noun, { name, generation })) return;
    this.marks.set(key, { store, name, generation });
    this.timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref();
  }

  /** Whether this generation, or a newer one of the name, was published. */
  has(noun: string, { name, generation }: Pick<Generation, 'name' | 'generation'>): boolean {
    return (this.marks.get(`${noun} ${name}`)?.generation ?? 0) >= generation;
  }

  /** Marks all of them now. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await Promise.all([...this.marks].map(([key, mark]) => this.write(key, mark)));
  }

  private async write(key: string, mark: Mark): Promise<void> {
    await mark.store.published(mark.name, mark.generation).catch(() => undefined);
    if (this.marks.get(key) === mark) this.marks.delete(key);
  }
}
