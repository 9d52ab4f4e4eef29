import { createHash, randomUUID } from 'node:crypto';
import type { AppReport, AppState, ContainerReport, Reason } from '@nebula/domain';
import type { HostRow } from '../host-store';
import { type ReportOrder, type Said, shown } from '../report-order';
import { warningsOf } from '../warnings-of';
import type { DetailDocument, HostDocument } from './documents';
import { joined, kindsOf, padded } from './tokens';

/** What a host has of an app, as it stands in its document. */
export interface AppRow {
  app: string;
  generation: number;
  state: AppState;
  reason?: Reason;
  leaving?: true;
  /** Absent: none. */
  warnings?: string[];
  /** Hash of its containers, and whether there is one; '' for none. */
  containers: string;
  /** Hash of its trouble; '' for none. */
  trouble: string;
  /** Id of the detail document; absent: nothing beyond this row. */
  detail?: string;
}

export type Trouble = Pick<AppReport, 'error' | 'until' | 'container' | 'log'>;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);

const present = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter((entry) => entry[1] !== undefined)) as T;

export const troubleOf = ({ error, until, container, log }: AppReport): Trouble =>
  present({ error, until, container, log });

const bytewise = (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** In the order in which they are listed. */
const inOrder = (containers: readonly ContainerReport[]): ContainerReport[] =>
  [...containers].sort((one, other) => one.ordinal - other.ordinal || bytewise(one.id, other.id));

/** @returns the row, with the detail that it needs but for its id, where that is not there yet */
export function rowOf(
  said: AppReport,
  known?: AppRow,
): { row: AppRow; detail?: Pick<DetailDocument, 'containers' | 'trouble' | 'kinds'> } {
  const containers = JSON.stringify(inOrder(said.containers));
  const trouble = JSON.stringify(troubleOf(said));
  const warnings = warningsOf(said);
  const row: AppRow = {
    app: said.app,
    generation: said.generation,
    state: said.state,
    ...(said.reason === undefined ? {} : { reason: said.reason }),
    ...(said.leaving ? { leaving: true } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    containers: said.containers.length > 0 ? hashOf(containers) : '',
    trouble: trouble === '{}' ? '' : hashOf(trouble),
  };
  if (row.containers === '' && row.trouble === '') return { row };
  const isThere = known?.detail !== undefined && known.containers === row.containers && known.trouble === row.trouble;
  if (isThere) return { row: { ...row, detail: known.detail! } };
  return { row, detail: { containers, trouble, kinds: kindsOf(said.containers) } };
}

export const newDetailId = (host: string, app: string): string => joined(host, app, randomUUID());

/** Whether what callers look at changed: an error's text or the time of the next try alone does not count. */
export const hasMoved = (row: AppRow, known: AppRow | undefined): boolean =>
  !known ||
  known.generation !== row.generation ||
  known.state !== row.state ||
  known.reason !== row.reason ||
  known.leaving !== row.leaving ||
  known.containers !== row.containers;

export const rowsOf = ({ rows }: Pick<HostDocument, 'rows'>): AppRow[] => JSON.parse(rows) as AppRow[];
export const saidOf = ({ said }: Pick<HostDocument, 'said'>): Said => JSON.parse(said) as Said;

const ENDED = ['converged', 'waiting', 'failed'];
/** A state that this version does not know counts as converging: it is not known to be an end. */
const known = (state: string): string => (ENDED.includes(state) ? state : 'converging');

/** What the queries look at, of the rows. */
function countable(
  rows: readonly AppRow[],
): Pick<HostDocument, 'has' | 'open' | 'says' | 'failing' | 'warned' | 'busy' | 'leaving'> {
  const unfinished = rows.filter(({ state }) => state !== 'converged');
  return {
    has: rows.filter((row) => !row.leaving).map(({ app }) => app),
    open: rows.filter((row) => row.state !== 'converged' || row.containers !== '').map(({ app }) => app),
    says: rows
      .filter(({ state }) => ENDED.includes(state))
      .map(({ app, state, generation }) => joined(app, state, padded(generation))),
    failing: rows.filter(({ state }) => state === 'failed').map(({ app, reason }) => joined(app, reason ?? 'unknown')),
    warned: rows.flatMap(({ app, warnings = [] }) => warnings.map((text) => joined(app, text))),
    busy: unfinished.filter((row) => !row.leaving).map(({ app, state }) => joined(app, known(state))),
    leaving: [...new Set(unfinished.filter((row) => row.leaving).map(({ state }) => known(state)))],
  };
}

/** All of a host's document but for its id, its revision and when it was heard. */
export function hostFields(
  said: Said,
  order: ReportOrder,
  rows: readonly AppRow[],
): Omit<HostDocument, '_id' | 'revision' | 'firstHeardAt' | 'lastHeardAt'> {
  const { selection } = said;
  return {
    start: order.start,
    count: order.count,
    every: selection.all,
    group: selection.group,
    groupGeneration: said.groupGeneration ?? 0,
    names: [...new Set(selection.names)],
    said: JSON.stringify(said),
    rows: JSON.stringify(rows),
    ...countable(rows),
  };
}

export function hostRow(document: HostDocument): HostRow {
  const apps: Record<AppState, number> = { converged: 0, converging: 0, waiting: 0, failed: 0 };
  for (const { state, leaving } of rowsOf(document)) {
    if (leaving && state === 'converged') continue;
    apps[known(state) as AppState] += 1;
  }
  return {
    id: document._id,
    ...shown(saidOf(document), document.lastHeardAt),
    firstHeardAt: new Date(document.firstHeardAt).toISOString(),
    lastHeardAt: new Date(document.lastHeardAt).toISOString(),
    apps,
  };
}
