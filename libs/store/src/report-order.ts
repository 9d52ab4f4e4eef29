import type { HostReport } from '@nebula/domain';

/**
 * A worker that is really gone reports no more. One whose reports go on long after another start took its place (two
 * hosts of one id, of which the later went away) is heard again after this time.
 */
const SUPERSEDED_FOR_MS = 60_000;

/** Where a host's last report stands: in which start of its worker, and how far into it. */
export interface ReportOrder {
  start: string;
  count: number;
  /** The start that this one took the place of; '' for none. */
  superseded: string;
}

/** What a host says of itself: a report without its order and its apps. */
export type Said = Pick<
  HostReport,
  'selection' | 'groupGeneration' | 'store' | 'workerVersion' | 'engine' | 'problems'
>;

/** @param at when the report was received; with `lastHeardAt` in milliseconds by the receiver's clock */
export function isOld(known: ReportOrder & { lastHeardAt: number }, report: HostReport, at: number): boolean {
  if (report.start === known.start) return report.count <= known.count;
  return report.start === known.superseded && at - known.lastHeardAt <= SUPERSEDED_FOR_MS;
}

export function orderOf({ start, count }: HostReport, known?: ReportOrder): ReportOrder {
  if (!known) return { start, count, superseded: '' };
  return { start, count, superseded: known.start === start ? known.superseded : known.start };
}

export function saidBy({ selection, groupGeneration, store, workerVersion, engine, problems }: HostReport): Said {
  return { selection, groupGeneration, store, workerVersion, engine, problems };
}

/** Who waits for a group looks at its apps: they are where they should be only now that the host has the group. */
export const tookGroup = (known: Said | undefined, { groupGeneration }: HostReport): boolean =>
  known !== undefined && known.groupGeneration !== groupGeneration;

/** What stays true of a host that is on another selection from now on. */
export function saidOn(selection: HostReport['selection'], known?: Said): Said {
  const said: Said = known ? { ...known, selection } : { selection, workerVersion: '', problems: [] };
  if (known?.selection.group !== selection.group) delete said.groupGeneration;
  return said;
}
