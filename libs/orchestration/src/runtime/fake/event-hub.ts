import type { RuntimeEvent } from '../observed';

/** One open stream of events. */
export class EventFeed {
  private readonly queue: RuntimeEvent[] = [];
  private ended = false;
  private wake: () => void = () => undefined;

  push(event: RuntimeEvent): void {
    this.queue.push(event);
    this.wake();
  }

  /** What was not read yet is lost, as with a connection that is cut. */
  end(): void {
    this.ended = true;
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RuntimeEvent> {
    while (!this.ended) {
      const event = this.queue.shift();
      if (event) yield event;
      else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** Tells every open stream what happens. Events come later than what they are about: they are read in another turn. */
export class EventHub {
  /** While true events get lost. */
  mute = false;

  private readonly feeds = new Set<EventFeed>();

  open(): EventFeed {
    const feed = new EventFeed();
    this.feeds.add(feed);
    return feed;
  }

  close(feed: EventFeed): void {
    feed.end();
    this.feeds.delete(feed);
  }

  emit(event: RuntimeEvent): void {
    if (!this.mute) for (const feed of this.feeds) feed.push(event);
  }

  cutAll(): void {
    for (const feed of this.feeds) this.close(feed);
  }
}
