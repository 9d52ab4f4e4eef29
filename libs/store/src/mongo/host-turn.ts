import type { KnownReport } from '../report-order';
import type { Deadline } from './deadline';
import type { DetailDocument, HostDocument } from './documents';
import { type DecideHost, detailsOf, type HostFields } from './host-change';

interface Call {
  decide: DecideHost;
  /** Of all attempts: what is told once too often harms nobody. */
  changed: Set<string>;
  resolve: (changed: string[]) => void;
  reject: (error: unknown) => void;
}

/** All that was asked of one host while others were stored: decided in the order of asking, and stored once. */
export class HostTurn {
  private readonly calls: Call[] = [];
  /** What it was decided on. */
  known: HostDocument | undefined;
  /** What it becomes; undefined: it stays as it is. */
  fields: HostFields | undefined;
  /** Stored before the host's document names them. */
  details: DetailDocument[] = [];

  constructor(
    readonly host: string,
    /** Of the first who asked: whoever waits for a turn behind one that hangs has no more time than that one. */
    readonly until: Deadline,
  ) {}

  /** @returns the apps whose rows changed, when it is stored */
  add(decide: DecideHost): Promise<string[]> {
    return new Promise((resolve, reject) => this.calls.push({ decide, changed: new Set(), resolve, reject }));
  }

  /** @returns false: it failed, and with it whoever asked */
  decideOn(known: HostDocument | undefined, forgotten: KnownReport | undefined): boolean {
    try {
      this.decide(known, forgotten);
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** Details that its document named before, and names no more. */
  get obsolete(): string[] {
    if (!this.known || !this.fields) return [];
    const named = new Set(detailsOf(this.fields));
    return detailsOf(this.known).filter((id) => !named.has(id));
  }

  done(): void {
    for (const { changed, resolve } of this.calls) resolve([...changed]);
  }

  fail(error: unknown): void {
    for (const { reject } of this.calls) reject(error);
  }

  private decide(known: HostDocument | undefined, forgotten: KnownReport | undefined): void {
    this.known = known;
    this.fields = undefined;
    let document = known;
    const details: DetailDocument[] = [];
    for (const { decide, changed } of this.calls) {
      const next = decide(document, forgotten);
      if (!next) continue;
      this.fields = next.fields;
      document = { _id: this.host, revision: 0, firstHeardAt: next.fields.lastHeardAt, ...known, ...next.fields };
      details.push(...next.details);
      for (const app of next.changed) changed.add(app);
    }
    const named = new Set(document && detailsOf(document));
    this.details = details.filter(({ _id }) => named.has(_id));
  }
}
