import type { HostReport } from '@nebula/domain';

/**
 * A worker that is really gone reports no more. One whose reports go on long after another start took its place (two
 * hosts of one id, of which the later went away) is heard again after this time.
 */
const SUPERSEDED_FOR_MS = 30_000;
/** A report or two may have been on their way when a worker was started anew; this many are somebody who lives. */
const REPORTS_OF_A_RIVAL = 3;
/** Starts that are remembered: whoever replays reports of an older one is believed. */
const MOST_FORMER = 64;
/** So long after its last report a rival counts as gone. */
const RIVAL_FOR_MS = 60_000;

/** So long it is remembered how far the reports of a forgotten host had come; what the broker holds back is younger. */
export const FORGOTTEN_FOR_MS = 86_400_000;

/** Where a host's last report stands: in which start of its worker, and how far into it. */
export interface ReportOrder {
  start: string;
  count: number;
}

/** What a host says of itself: a report without its order and its apps. */
export type Said = Pick<
  HostReport,
  'selection' | 'groupGeneration' | 'store' | 'workerVersion' | 'engine' | 'problems'
> & {
  /** Starts that others took the place of, latest first: their reports that were heard before are replays. */
  former?: ReportOrder[];
  /** Reports that former starts went on to send: two hosts share the id, if there are many. */
  rival?: { reports: number; lastAt: number };
};

/** A host's last report, and what it said; heard at this time in milliseconds, by the receiver's clock. */
export type KnownReport = ReportOrder & { said: Said; lastHeardAt: number };

/** @param at when the report was received, as `lastHeardAt` */
export function isOld(known: KnownReport, report: HostReport, at: number): boolean {
  if (report.start === known.start) return report.count <= known.count;
  const former = formerOf(known.said, report);
  if (!former) return false;
  return report.count <= former.count || at - known.lastHeardAt <= SUPERSEDED_FOR_MS;
}

/** Whether a start goes on that another one took the place of: who sent it lives too. */
export function isOfRival({ said }: KnownReport, report: HostReport): boolean {
  const former = formerOf(said, report);
  return former !== undefined && report.count > former.count;
}

export const withRival = (said: Said, { start, count }: HostReport, at: number): Said => ({
  ...said,
  former: said.former?.map((former) => (former.start === start ? { start, count } : former)),
  rival: { reports: (said.rival?.reports ?? 0) + 1, lastAt: at },
});

const formerOf = ({ former }: Said, { start }: HostReport): ReportOrder | undefined =>
  former?.find((each) => each.start === start);

/** What is shown of it. @param lastHeardAt milliseconds, by the receiver's clock */
export function shown({ rival, former: _, ...said }: Said, lastHeardAt: number): Omit<Said, 'rival' | 'former'> {
  const isShared =
    rival !== undefined && rival.reports >= REPORTS_OF_A_RIVAL && lastHeardAt - rival.lastAt < RIVAL_FOR_MS;
  if (!isShared) return said;
  const detail = 'Two hosts report under this id, and what is told here is of the one that was started last.';
  return { ...said, problems: [...said.problems, { code: 'shared-host-id', detail }] };
}

export function saidBy(report: HostReport, known: KnownReport | undefined): Said {
  const { selection, groupGeneration, store, workerVersion, engine, problems } = report;
  const said = { selection, groupGeneration, store, workerVersion, engine, problems };
  if (!known) return said;
  const { former = [], rival } = known.said;
  if (known.start === report.start) return { ...said, ...(former.length > 0 && { former }), ...(rival && { rival }) };
  const before = [{ start: known.start, count: known.count }, ...former];
  return { ...said, former: before.filter(({ start }) => start !== report.start).slice(0, MOST_FORMER) };
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
