import type { HostReport, Selection } from '@nebula/domain';
import { InTurn } from '../in-turn';
import { isOfRival, isOld, saidBy, saidOn, tookGroup, withRival } from '../report-order';
import type { Deadline } from './deadline';
import type { DetailDocument, HostDocument } from './documents';
import { type AppRow, hasMoved, hostFields, newDetailId, rowOf, rowsOf, saidOf } from './host-documents';
import type { MongoDatabase } from './mongo-database';
import { storeAway } from './mongo-errors';
import { DETAIL_QUERIES, HOST_QUERIES } from './queries';

/** Lost races for one host in a row: more than monitors can explain. */
const ATTEMPTS = 20;

interface Outcome {
  fields: Omit<HostDocument, '_id' | 'revision' | 'firstHeardAt'>;
  changed: string[];
  /** Stored before the host's document names them. */
  details: DetailDocument[];
  /** Named by it no more. */
  obsolete: string[];
}

type Decide = (known: HostDocument | undefined) => Outcome | undefined;

/**
 * Takes reports in: one read and one write for one that changes nothing, one write more for what it says of containers.
 * The host's document decides, whole; what goes before it and after it harms nothing when it is left undone.
 */
export class ReportTaker {
  private readonly turns = new InTurn();

  constructor(private readonly database: MongoDatabase) {}

  /** @returns the apps whose rows changed */
  record(report: HostReport, at: number): Promise<string[]> {
    return this.change(report.host, (known) => {
      const last = known && lastOf(known);
      if (!last || !isOld(last, report, at)) return taken(report, known, at);
      return isOfRival(last, report) ? besides(known, report, at) : undefined;
    });
  }

  async expect(host: string, selection: Selection, at: number): Promise<void> {
    await this.change(host, (known) => {
      const order = known ?? { start: '', count: 0 };
      const said = saidOn(selection, known && saidOf(known));
      const fields = { ...hostFields(said, order, known ? rowsOf(known) : []), lastHeardAt: at };
      return { fields, changed: [], details: [], obsolete: [] };
    });
  }

  private change(host: string, decide: Decide): Promise<string[]> {
    // Whoever waits for a turn behind one that hangs has no more time than that one.
    const until = this.database.deadline();
    return this.turns.run(host, async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const known = await this.database.hosts.first(HOST_QUERIES.one(host), until);
        const outcome = decide(known);
        if (!outcome) return [];
        await this.database.hostApps.insertNew(outcome.details, until);
        if (await this.store(host, known, outcome, until)) {
          this.tidy(outcome, known);
          return outcome.changed;
        }
        this.drop(outcome.details.map(({ _id }) => _id));
      }
      throw storeAway('is asked by others for this host all the time');
    });
  }

  private store(host: string, known: HostDocument | undefined, { fields }: Outcome, until: Deadline): Promise<boolean> {
    if (!known) {
      const first = { _id: host, revision: 1, firstHeardAt: fields.lastHeardAt, ...fields };
      return this.database.hosts.insert(withoutAbsent(first), until);
    }
    const condition = this.database.updatesByCondition ? { _id: host, revision: known.revision } : { _id: host };
    return this.database.hosts.set(condition, { revision: known.revision + 1, ...changedFields(known, fields) }, until);
  }

  private tidy({ obsolete, fields }: Outcome, known: HostDocument | undefined): void {
    this.drop(obsolete);
    if (!known || known.start === fields.start) return;
    const valid = rowsOf(fields).flatMap(({ detail }) => detail ?? []);
    const leftOver = DETAIL_QUERIES.leftOver(known._id, known.lastHeardAt, valid);
    this.database.inBackground(this.database.hostApps.remove(leftOver, this.database.deadline()));
  }

  private drop(ids: readonly string[]): void {
    if (ids.length > 0) this.database.inBackground(this.database.hostApps.removeEach(ids, this.database.deadline()));
  }
}

const lastOf = (known: HostDocument) => ({
  start: known.start,
  count: known.count,
  lastHeardAt: known.lastHeardAt,
  said: saidOf(known),
});

/** Another host's of the same id: of what it says, only that it speaks is kept. */
function besides(known: HostDocument, report: HostReport, at: number): Outcome {
  const fields = hostFields(withRival(saidOf(known), report, at), known, rowsOf(known));
  return { fields: { ...fields, lastHeardAt: known.lastHeardAt }, changed: [], details: [], obsolete: [] };
}

function taken(report: HostReport, known: HostDocument | undefined, at: number): Outcome {
  const before = new Map((known ? rowsOf(known) : []).map((row) => [row.app, row]));
  const said = new Map(report.apps.map((app) => [app.app, app]));
  const after = new Map(before);
  const gone = (report.full ? [...before.keys()] : report.gone).filter((app) => !said.has(app) && after.delete(app));
  const changed: string[] = [];
  const details: DetailDocument[] = [];
  for (const [app, about] of said) {
    const { row, detail } = rowOf(about, before.get(app));
    if (detail) {
      row.detail = newDetailId(report.host, app);
      details.push({ _id: row.detail, host: report.host, app, at, ...detail });
    }
    if (hasMoved(row, before.get(app))) changed.push(app);
    after.set(app, row);
  }
  const last = known && lastOf(known);
  const withGroup = tookGroup(last?.said, report) ? after.keys() : [];
  return {
    fields: { ...hostFields(saidBy(report, last), report, [...after.values()]), lastHeardAt: at },
    changed: [...new Set([...gone, ...changed, ...withGroup])],
    details,
    obsolete: [...before.values()].flatMap((row) => obsoleteIn(row, after)),
  };
}

const obsoleteIn = ({ app, detail }: AppRow, after: ReadonlyMap<string, AppRow>): string[] =>
  detail === undefined || after.get(app)?.detail === detail ? [] : [detail];

const withoutAbsent = (document: HostDocument): HostDocument =>
  Object.fromEntries(Object.entries(document).filter((entry) => entry[1] !== undefined)) as unknown as HostDocument;

/** A heartbeat changes two numbers of a document of some kilobytes: no more than that is sent. */
function changedFields(known: HostDocument, fields: Outcome['fields']): Record<string, unknown> {
  const was = known as unknown as Record<string, unknown>;
  const now = Object.entries(fields).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name]));
  return Object.fromEntries(now.map(([name, value]) => [name, value ?? null]));
}
