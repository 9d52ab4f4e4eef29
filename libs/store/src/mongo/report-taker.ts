import { randomUUID } from 'node:crypto';
import type { HostReport, Selection } from '@nebula/domain';
import type { HostDocument } from './documents';
import type { Write } from './documents-of';
import type { ForgottenHosts } from './forgotten-hosts';
import { byReport, bySelection, type DecideHost, detailsOf, type HostFields } from './host-change';
import { HostTurn } from './host-turn';
import type { MongoDatabase } from './mongo-database';
import { storeAway } from './mongo-errors';
import { DETAIL_QUERIES, HOST_QUERIES } from './queries';

/** Lost races for one host in a row: more than monitors can explain. */
const ATTEMPTS = 20;

/**
 * Takes reports in, those of many hosts at once: while a batch is on its way the next one gathers, so that a fleet that
 * speaks all at the same time costs a few calls of the server and not some for each host. The host's document decides,
 * whole; what goes before it and after it harms nothing when it is left undone.
 */
export class ReportTaker {
  /** By host, in the order of the first who asked. */
  private readonly waiting = new Map<string, HostTurn>();
  private readonly underWay = new Set<string>();
  private batches = 0;
  private due = false;
  /** When the last batch did. */
  private begunAt = -Infinity;

  constructor(
    private readonly database: MongoDatabase,
    private readonly forgotten: ForgottenHosts,
  ) {}

  /** @returns the apps whose rows changed */
  record(report: HostReport, at: number): Promise<string[]> {
    return this.change(report.host, byReport(report, at));
  }

  async expect(host: string, selection: Selection, at: number): Promise<void> {
    await this.change(host, bySelection(selection, at));
  }

  private change(host: string, decide: DecideHost): Promise<string[]> {
    const turn = this.waiting.get(host) ?? new HostTurn(host, this.database.deadline());
    this.waiting.set(host, turn);
    const changed = turn.add(decide);
    this.beginSoon();
    return changed;
  }

  /** What came in by one read of the broker's connection is one batch, and what comes within the gap the next. */
  private beginSoon(): void {
    if (this.due) return;
    this.due = true;
    const { gapMs, hosts } = this.database.server.batches;
    const isEnough = this.waiting.size > hosts / 2;
    const wait = isEnough ? 0 : this.begunAt + gapMs - performance.now();
    const begin = (): void => {
      this.due = false;
      this.begin();
    };
    if (wait > 0) setTimeout(begin, wait);
    else setImmediate(begin);
  }

  private begin(): void {
    while (this.batches < this.database.server.batches.atOnce) {
      const batch = this.next();
      if (batch.length === 0) return;
      this.batches += 1;
      this.begunAt = performance.now();
      void this.take(batch).finally(() => {
        for (const { host } of batch) this.underWay.delete(host);
        this.batches -= 1;
        if (this.waiting.size > 0) this.beginSoon();
      });
    }
  }

  private next(): HostTurn[] {
    const batch: HostTurn[] = [];
    for (const [host, turn] of this.waiting) {
      if (batch.length === this.database.server.batches.hosts) break;
      if (this.underWay.has(host)) continue;
      this.waiting.delete(host);
      this.underWay.add(host);
      batch.push(turn);
    }
    return batch;
  }

  /** Never rejects. */
  private async take(batch: HostTurn[]): Promise<void> {
    let left = batch;
    try {
      for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) left = await this.attempt(left);
      if (left.length > 0) throw storeAway('is asked by others for this host all the time');
    } catch (error) {
      for (const turn of left) turn.fail(error);
    }
  }

  /** @returns those that others changed meanwhile */
  private async attempt(turns: HostTurn[]): Promise<HostTurn[]> {
    const { until } = turns[0]!;
    const found = await this.database.hosts.find(HOST_QUERIES.many(turns.map(({ host }) => host)), until);
    const known = new Map(found.map((document) => [document._id, document]));
    const strangers = turns.map(({ host }) => host).filter((host) => !known.has(host));
    const forgotten = await this.forgotten.among(strangers, until);
    const decided = turns.filter((turn) => turn.decideOn(known.get(turn.host), forgotten.get(turn.host)));
    const lost = new Set(await this.store(decided.filter(({ fields }) => fields)));
    const done = decided.filter((turn) => !lost.has(turn));
    this.tidy(done);
    for (const turn of done) turn.done();
    return [...lost];
  }

  /** @returns those that others changed meanwhile */
  private async store(turns: HostTurn[]): Promise<HostTurn[]> {
    if (turns.length === 0) return [];
    const { until } = turns[0]!;
    const write = randomUUID();
    await this.database.hostApps.insertNew(
      turns.flatMap(({ details }) => details),
      until,
    );
    const writes = turns.map((turn) => this.writeOf(turn, write));
    if (await this.database.hosts.writeEach(writes, until)) return [];
    const hosts = turns.map(({ host }) => host);
    const ours = await this.database.hosts.find(HOST_QUERIES.written(hosts, write), until, { fields: ['_id'] });
    const isOurs = new Set(ours.map(({ _id }) => _id));
    const lost = turns.filter(({ host }) => !isOurs.has(host));
    this.drop(lost.flatMap(({ details }) => details.map(({ _id }) => _id)));
    return lost;
  }

  private writeOf({ host, known, fields }: HostTurn, write: string): Write<HostDocument> {
    const next = fields!;
    if (!known)
      return { insert: withoutAbsent({ _id: host, revision: 1, write, firstHeardAt: next.lastHeardAt, ...next }) };
    const condition = this.database.server.updatesByCondition ? { _id: host, revision: known.revision } : { _id: host };
    return { filter: condition, set: { revision: known.revision + 1, write, ...changedFields(known, next) } };
  }

  private tidy(turns: readonly HostTurn[]): void {
    this.drop(turns.flatMap(({ obsolete }) => obsolete));
    for (const { known, fields } of turns) {
      if (!known || !fields || known.start === fields.start) continue;
      const leftOver = DETAIL_QUERIES.leftOver(known._id, known.lastHeardAt, detailsOf(fields));
      this.database.inBackground(this.database.hostApps.remove(leftOver, this.database.deadline()));
    }
  }

  private drop(ids: readonly string[]): void {
    if (ids.length > 0) this.database.inBackground(this.database.hostApps.removeEach(ids, this.database.deadline()));
  }
}

const withoutAbsent = (document: HostDocument): HostDocument =>
  Object.fromEntries(Object.entries(document).filter((entry) => entry[1] !== undefined)) as unknown as HostDocument;

/** A heartbeat changes a few numbers of a document of some kilobytes: no more than those are sent. */
function changedFields(known: HostDocument, fields: HostFields): Record<string, unknown> {
  const was = known as unknown as Record<string, unknown>;
  const now = Object.entries(fields).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]));
  return Object.fromEntries(now.map(([name, value]) => [name, value ?? null]));
}
