import type { Audience } from '../topics';
import type { Lane } from './lane';
import { reaches, type Subject } from './subject';

/** Ways to a host that a broker can lose while the connection stays. */
export type Way = 'desired' | 'answers';

export type Inbox = (topic: string, payload: unknown) => Promise<void>;

/** One host's connection to the bus: what a broker knows of it. */
export class HostLink {
  private inbox?: { audience: Audience; receive: Inbox };
  private readonly listeners: (() => void)[] = [];
  /** Of each way, whether it is there again when it is bound again; if not, only with a new connection. */
  private readonly lost = new Map<Way, boolean>();
  private cut = false;

  /**
   * @param messages what its inbox hears
   * @param replies answers to its questions, which may overtake messages and be overtaken
   */
  constructor(
    private readonly messages: Lane,
    readonly replies: Lane,
    private readonly busIsUp: () => boolean,
    private readonly onError: (error: unknown) => void,
  ) {}

  get connected(): boolean {
    return !this.cut && this.busIsUp();
  }

  hears(subject: Subject): boolean {
    return this.has('desired') && this.inbox !== undefined && reaches(subject, this.inbox.audience);
  }

  has(way: Way): boolean {
    return this.connected && !this.lost.has(way);
  }

  lose(way: Way, bindingHelps: boolean): void {
    this.lost.set(way, bindingHelps);
  }

  bindAgain(): void {
    for (const [way, helps] of this.lost) if (helps) this.lost.delete(way);
  }

  deliver(topic: string, text: string): void {
    // Each receiver parses for itself: nobody shares objects, as on a wire.
    this.messages.post(async () => this.inbox?.receive(topic, JSON.parse(text)));
  }

  subscribe(audience: Audience, receive: Inbox): void {
    this.inbox = { audience, receive };
    this.tellSubscribed();
  }

  unsubscribe(): void {
    this.inbox = undefined;
    this.messages.clear();
  }

  onSubscribed(listener: () => void): void {
    this.listeners.push(listener);
    if (this.inbox && this.connected) this.tell(listener);
  }

  tellSubscribed(): void {
    if (this.inbox && this.connected) for (const listener of this.listeners) this.tell(listener);
  }

  disconnect(): void {
    this.cut = true;
    this.lost.clear();
    this.forgetMessages();
  }

  reconnect(): void {
    if (!this.cut) return;
    this.cut = false;
    this.tellSubscribed();
  }

  /** An exclusive queue goes with its connection, and all that is in it. */
  forgetMessages(): void {
    this.messages.clear();
    this.replies.clear();
  }

  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.onError(error);
    }
  }
}
