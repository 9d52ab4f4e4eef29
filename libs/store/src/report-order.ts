import type { HostReport } from '@nebula/domain';

/**
 * A worker that is really gone reports no more. One whose reports go on long after another start took its place (two
 * hosts of one id, of which the later went away) is heard again after this time.
 */
const SUPERSEDED_FOR_MS = 30_000;
/** A report or two may have been on their way when a worker was started anew; this many are somebody who lives. */
const REPORTS_OF_A_RIVAL = 3;
/** So long after its last report a rival counts as gone. */
const RIVAL_FOR_MS = 60_000;

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
> & {
  /** Reports of the start that this one took the place of, since then: two hosts share the id, if there are many. */
  rival?: { reports: number; lastAt: number };
};

/** @param at when the report was received; with `lastHeardAt` in milliseconds by the receiver's clock */
export function isOld(known: ReportOrder & { lastHeardAt: number }, report: HostReport, at: number): boolean {
  if (report.start === known.start) return report.count <= known.count;
  return report.start === known.superseded && at - known.lastHeardAt <= SUPERSEDED_FOR_MS;
}

/** Whether it comes from the start that was taken the place of, and tells that this one lives too. */
export const isOfRival = (known: ReportOrder, report: HostReport): boolean =>
  report.start !== known.start && report.start === known.superseded;

export const withRival = (said: Said, at: number): Said => ({
  ...said,
  rival: { reports: (said.rival?.reports ?? 0) + 1, lastAt: at },
});

/** What is shown of it. @param lastHeardAt milliseconds, by the receiver's clock */
export function shown({ rival, ...said }: Said, lastHeardAt: number): Omit<Said, 'rival'> {
  const isShared =
    rival !== undefined && rival.reports >= REPORTS_OF_A_RIVAL && lastHeardAt - rival.lastAt < RIVAL_FOR_MS;
  if (!isShared) return said;
  const detail = 'Two hosts report under this id, and what is told here is of the one that was started last.';
  return { ...said, problems: [...said.problems, { code: 'shared-host-id', detail }] };
}

export function orderOf({ start, count }: HostReport, known?: ReportOrder): ReportOrder {
  if (!known) return { start, count, superseded: '' };
  return { start, count, superseded: known.start === start ? known.superseded : known.start };
}

/** @param known what was said before by the same start; undefined: nothing */
export function saidBy(report: HostReport, known: (Said & Pick<ReportOrder, 'start'>) | undefined): Said {
  const { selection, groupGeneration, store, workerVersion, engine, problems } = report;
  const rival = known?.start === report.start ? known.rival : undefined;
  return { selection, groupGeneration, store, workerVersion, engine, problems, ...(rival && { rival }) };
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
