import { type AppReport, type ContainerReport, cutText, LIMITS, type Reason } from '@nebula/domain';
import type { EngineView } from '../plan/engine-view';
import type { OwnedContainer } from '../plan/owned-container';
import type { AppPlan } from '../plan/plan';
import { programHint } from '../plan/program-hint';
import type { ObservedContainer } from '../runtime';

/** Tombstones told of in a report at the most: the newest ones. */
const MOST_TOMBSTONES = 500;
/** Characters of a container's name: Docker itself has no limit for those that are given by hand. */
const MOST_NAME = 255;

export interface AppReportsInput {
  plans: Iterable<AppPlan>;
  view: EngineView;
  /** Newest change last. */
  tombstones: readonly { name: string; generation: number }[];
  /** A point of the plan's time as a time of day. */
  date(time: number): Date;
  log(container: ObservedContainer): string | undefined;
}

/** What there is to say of every app on this host, by app. */
export function appReports(input: AppReportsInput): Map<string, AppReport> {
  const reports = new Map<string, AppReport>();
  for (const { name, generation } of input.tombstones.slice(-MOST_TOMBSTONES)) {
    reports.set(name, { app: name, generation, state: 'converged', leaving: true, containers: [] });
  }
  for (const plan of input.plans) reports.set(plan.app, reportOf(plan, input));
  for (const { container, reason } of input.view.kept) {
    const app = container.owner.app;
    const report = reports.get(app) ?? keptReport(container, reason);
    if (!report) continue;
    if (report.containers.length < LIMITS.containersOfAppOnHost) report.containers.push(rowOf(container, reason));
    reports.set(app, report);
  }
  return reports;
}

const ENDED: ReadonlySet<Reason | undefined> = new Set<Reason>(['exited', 'restarting']);

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;

function reportOf({ app, generation, verdict }: AppPlan, { view, date, log }: AppReportsInput): AppReport {
  const containers = [...(view.running.get(app) ?? []), ...(view.leaving.get(app) ?? [])];
  const troubled = containers.find(({ id }) => id === verdict.containerId);
  const report: AppReport = {
    app,
    generation,
    state: verdict.state,
    containers: containers.toSorted((a, b) => a.owner.ordinal - b.owner.ordinal).map((container) => rowOf(container)),
  };
  if (verdict.reason) report.reason = verdict.reason;
  if (verdict.error) report.error = cutText(verdict.error, LIMITS.errorText);
  const name = troubled?.name ?? verdict.container;
  if (name) report.container = cutText(name, MOST_NAME);
  if (verdict.warnings) report.warnings = warningsOf(verdict.warnings);
  if (verdict.leaving) report.leaving = true;
  if (verdict.until !== undefined) report.until = wholeSeconds(date(verdict.until));
  const text = troubled && verdict.state === 'failed' ? log(troubled) : undefined;
  if (text) report.log = text;
  // It was started, so only its own output tells that its program never ran.
  const hint = text && ENDED.has(verdict.reason) ? programHint(lastLine(text)) : undefined;
  if (hint) report.error = cutText(`${verdict.error}: ${hint}`, LIMITS.errorText);
  return report;
}

const ERRORS = {
  'other-store': 'its containers are of another store: they are kept as they are',
  'older-store': 'its containers are of a newer generation than the store knows: they are kept as they are',
  'not-listed': 'the store does not know this app: its containers are kept as they are',
} as const;

/** Where all that there is of an app are copies, nothing is left to do: they are told of, and that is all. */
function keptReport({ owner }: OwnedContainer, reason: AppReport['reason']): AppReport | undefined {
  if (reason === 'copied') return { app: owner.app, generation: owner.generation, state: 'converged', containers: [] };
  if (reason !== 'other-store' && reason !== 'older-store' && reason !== 'not-listed') return undefined;
  const { app, generation } = owner;
  return { app, generation, state: 'failed', reason, error: ERRORS[reason], containers: [] };
}

/** The Engine's own words among them are one line each, whatever it said. */
const warningsOf = (texts: readonly string[]): string[] =>
  texts.slice(0, LIMITS.warnings).map((text) => cutText(text.replace(/\p{Cc}+/gu, ' '), LIMITS.warningText));

function rowOf(container: OwnedContainer, kept?: Reason): ContainerReport {
  const { id, name, state, health, image, imageId, ports, startedAt, restartCount, owner, error } = container;
  const row: ContainerReport = {
    id,
    name: cutText(name, MOST_NAME),
    ordinal: owner.ordinal,
    state,
    image,
    imageId,
    generation: owner.generation,
    ports,
    restartCount,
  };
  if (health) row.health = health;
  if (startedAt) row.startedAt = startedAt;
  if (kept) row.kept = kept;
  if (error) row.lastError = cutText(error, LIMITS.errorText);
  return row;
}

/** To the second, upwards: a report changes when something changed, not with each look at the clock. */
const wholeSeconds = (date: Date): string => new Date(Math.ceil(date.getTime() / 1000) * 1000).toISOString();

/**
 * What there is to say while the Engine does not answer: all that should be here fails for that reason, under its newest
 * generation; what has no containers and is not wanted is told as before.
 */
export function awayReports(
  last: ReadonlyMap<string, AppReport>,
  wanted: readonly { name: string; generation: number }[],
  error: string,
): Map<string, AppReport> {
  const away = { state: 'failed', reason: 'engine-away', error: cutText(error, LIMITS.errorText) } as const;
  const reports = new Map<string, AppReport>();
  for (const [name, { app, generation, leaving, containers, ...rest }] of last) {
    const known = { app, generation, containers, ...(leaving && { leaving }) };
    reports.set(name, containers.length === 0 ? { ...known, ...rest } : { ...known, ...away });
  }
  for (const { name, generation } of wanted) {
    reports.set(name, { app: name, generation, containers: last.get(name)?.containers ?? [], ...away });
  }
  return reports;
}
