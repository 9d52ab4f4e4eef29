import type { AppReport, ContainerReport, HostReport, Selection } from '@nebula/domain';
import {
  FORGOTTEN_FOR_MS,
  isOfRival,
  isOld,
  type ReportOrder,
  type Said,
  saidBy,
  saidOn,
  tookGroup,
  withRival,
} from '../report-order';
import { warningsOf } from '../warnings-of';
import { HOST_APP_SQL, HOST_SQL } from './host-sql';
import type { Statements } from './statements';

export interface KnownHost {
  id: string;
  start: string;
  count: number;
  last_heard_at: number;
  said: string;
}

export interface AppRow {
  app: string;
  generation: number;
  state: AppReport['state'];
  reason: AppReport['reason'] | null;
  leaving: number;
  error: string | null;
  until: string | null;
  container: string | null;
  log: string | null;
}

/** Takes a report in, in the transaction that it is called in. @returns the apps whose rows changed */
export function recordReport(sql: Statements, report: HostReport, at: number): string[] {
  const { host } = report;
  const known = sql.get<KnownHost>(HOST_SQL.host, { host });
  const row = known ?? sql.get<KnownHost>(HOST_SQL.forgottenHost, { host });
  const last = row && { start: row.start, count: row.count, said: saidOf(row), lastHeardAt: row.last_heard_at };
  if (last && isOld(last, report, at)) {
    if (known && isOfRival(last, report)) putHost(sql, host, withRival(last.said, report, at), last, last.lastHeardAt);
    return [];
  }
  putHost(sql, host, saidBy(report, last), report, at);

  const said = new Map(report.apps.map((app) => [app.app, app]));
  const before = report.full ? appsOfHost(sql, host) : report.gone;
  const gone = before.filter((app) => !said.has(app) && removeApp(sql, host, app));
  const changed = [...said.values()].filter((app) => putApp(sql, host, app));
  const withGroup = tookGroup(last?.said, report) ? appsOfHost(sql, host) : [];
  return [...new Set([...gone, ...changed.map(({ app }) => app), ...withGroup])];
}

const saidOf = ({ said }: KnownHost): Said => JSON.parse(said) as Said;

/** Counts as having been heard, says nothing of apps. */
export function expectHost(sql: Statements, host: string, selection: Selection, at: number): void {
  const known = sql.get<KnownHost>(HOST_SQL.host, { host });
  const order = known ?? { start: '', count: 0 };
  putHost(sql, host, saidOn(selection, known && saidOf(known)), order, at);
}

/** Forgets it, and remembers how far its reports had come. @returns its apps; undefined: it is not known */
export function removeHost(sql: Statements, host: string, at: number): string[] | undefined {
  if (!sql.get(HOST_SQL.host, { host })) return undefined;
  sql.run(HOST_SQL.removeForgotten, { before: at - FORGOTTEN_FOR_MS });
  sql.run(HOST_SQL.rememberForgotten, { host, at });
  return forgetHost(sql, host);
}

export function forgetHost(sql: Statements, host: string): string[] {
  const apps = appsOfHost(sql, host);
  sql.run(HOST_SQL.removeHost, { host });
  sql.run(HOST_SQL.unlist, { host });
  sql.run(HOST_SQL.removeApps, { host });
  sql.run(HOST_SQL.removeTroubles, { host });
  sql.run(HOST_SQL.removeContainers, { host });
  sql.run(HOST_SQL.removeWarnings, { host });
  return apps;
}

function putHost(sql: Statements, host: string, said: Said, order: ReportOrder, at: number): void {
  const { selection } = said;
  sql.run(HOST_SQL.addHost, {
    host,
    start: order.start,
    count: order.count,
    everyApp: selection.all ? 1 : 0,
    group: selection.group ?? null,
    groupGeneration: said.groupGeneration ?? 0,
    at,
    said: JSON.stringify(said),
  });
  sql.run(HOST_SQL.unlist, { host });
  sql.run(HOST_SQL.enlist, { host, names: JSON.stringify(selection.names) });
}

const appsOfHost = (sql: Statements, host: string): string[] =>
  sql.all<{ app: string }>(HOST_SQL.appsOfHost, { host }).map(({ app }) => app);

function removeApp(sql: Statements, host: string, app: string): boolean {
  sql.run(HOST_APP_SQL.removeTrouble, { app, host });
  sql.run(HOST_APP_SQL.removeContainers, { app, host });
  sql.run(HOST_APP_SQL.removeWarnings, { app, host });
  return sql.run(HOST_APP_SQL.removeApp, { app, host }).changes > 0;
}

/** @returns whether what callers look at changed: an error's text or the time of the next try alone does not count */
function putApp(sql: Statements, host: string, said: AppReport): boolean {
  const { app } = said;
  const before = sql.get<AppRow>(HOST_APP_SQL.app, { app, host });
  const row = {
    generation: said.generation,
    state: said.state,
    reason: said.reason ?? null,
    leaving: said.leaving ? 1 : 0,
  };
  const moved =
    !before ||
    before.generation !== row.generation ||
    before.state !== row.state ||
    before.reason !== row.reason ||
    before.leaving !== row.leaving;
  if (moved) sql.run(HOST_APP_SQL.putApp, { app, host, ...row });
  putTrouble(sql, host, said);
  sql.run(HOST_APP_SQL.removeWarnings, { app, host });
  for (const text of warningsOf(said)) sql.run(HOST_APP_SQL.putWarning, { app, host, text });
  return putContainers(sql, host, app, said.containers) || moved;
}

function putTrouble(sql: Statements, host: string, said: AppReport): void {
  const { app, error = null, until = null, container = null, log = null } = said;
  if ((error ?? until ?? container ?? log) === null) sql.run(HOST_APP_SQL.removeTrouble, { app, host });
  else sql.run(HOST_APP_SQL.putTrouble, { app, host, error, until, container, log });
}

function putContainers(sql: Statements, host: string, app: string, said: ContainerReport[]): boolean {
  const before = sql.all<{ document: string }>(HOST_APP_SQL.containers, { host, app }).map((row) => row.document);
  const now = new Map(said.map((container) => [JSON.stringify(container), container]));
  if (now.size === before.length && before.every((document) => now.has(document))) return false;
  sql.run(HOST_APP_SQL.removeContainers, { host, app });
  for (const [document, { ordinal, id, state, health = '' }] of now)
    sql.run(HOST_APP_SQL.putContainer, { host, app, ordinal, id, state, health, document });
  return true;
}
