import type { HostReport, Selection } from '@nebula/domain';
import { isOfRival, isOld, type KnownReport, saidBy, saidOn, tookGroup, withRival } from '../report-order';
import type { DetailDocument, HostDocument } from './documents';
import { type AppRow, hasMoved, hostFields, newDetailId, rowOf, rowsOf, saidOf } from './host-documents';

export type HostFields = Omit<HostDocument, '_id' | 'revision' | 'write' | 'firstHeardAt'>;

/** What a host's document becomes. */
export interface HostChange {
  fields: HostFields;
  /** Apps whose rows changed. */
  changed: string[];
  /** Those that its rows name and that are not there yet. */
  details: DetailDocument[];
}

/**
 * @param forgotten how far its reports had come, of one that is not known any more
 * @returns undefined: it stays as it is
 */
export type DecideHost = (known: HostDocument | undefined, forgotten?: KnownReport) => HostChange | undefined;

/** @param at when the report was received */
export const byReport =
  (report: HostReport, at: number): DecideHost =>
  (known, forgotten) => {
    const last = known ? lastOf(known) : forgotten;
    if (!last || !isOld(last, report, at)) return taken(report, known, last, at);
    return known && isOfRival(last, report) ? besides(known, report, at) : undefined;
  };

export const bySelection =
  (selection: Selection, at: number): DecideHost =>
  (known) => {
    const order = known ?? { start: '', count: 0 };
    const said = saidOn(selection, known && saidOf(known));
    const fields = { ...hostFields(said, order, known ? rowsOf(known) : []), lastHeardAt: at };
    return { fields, changed: [], details: [] };
  };

/** Ids of the details that the rows name. */
export const detailsOf = (known: Pick<HostDocument, 'rows'>): string[] =>
  rowsOf(known).flatMap(({ detail }) => detail ?? []);

export const lastOf = (known: HostDocument): KnownReport => ({
  start: known.start,
  count: known.count,
  lastHeardAt: known.lastHeardAt,
  said: saidOf(known),
});

/** Another host's of the same id: of what it says, only that it speaks is kept. */
function besides(known: HostDocument, report: HostReport, at: number): HostChange {
  const fields = hostFields(withRival(saidOf(known), report, at), known, rowsOf(known));
  return { fields: { ...fields, lastHeardAt: known.lastHeardAt }, changed: [], details: [] };
}

function taken(
  report: HostReport,
  known: HostDocument | undefined,
  last: KnownReport | undefined,
  at: number,
): HostChange {
  const before = new Map((known ? rowsOf(known) : []).map((row) => [row.app, row]));
  const said = new Map(report.apps.map((app) => [app.app, app]));
  const after = new Map<string, AppRow>(before);
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
  const withGroup = tookGroup(last?.said, report) ? after.keys() : [];
  return {
    fields: { ...hostFields(saidBy(report, last), report, [...after.values()]), lastHeardAt: at },
    changed: [...new Set([...gone, ...changed, ...withGroup])],
    details,
  };
}
