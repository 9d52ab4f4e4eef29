import type { AppReport, HostReport, Reason, RolloutCounts, Selection } from '@nebula/domain';
import {
  type Concerned,
  type ContainerQuery,
  type ContainerRow,
  type FailureGroup,
  type HostRow,
  HostStore,
  type Standing,
  type WarningGroup,
} from '../host-store';
import { rowLimit } from '../row-limit';
import { containerPage } from './container-pages';
import type { Deadline } from './deadline';
import type { HostDocument } from './documents';
import { ForgottenHosts } from './forgotten-hosts';
import { type Counted, countsOf } from './counts-of';
import { hostRow, rowsOf, type Trouble } from './host-documents';
import type { MongoDatabase } from './mongo-database';
import { type Change, DETAIL_QUERIES, HOST_QUERIES as ASK, type Query } from './queries';
import { ReportTaker } from './report-taker';
import { beginningWith, endOf } from './tokens';

/** Reasons whose examples are looked up; a host that invents more makes nobody wait for them. */
const MOST_REASONS = 32;
/** Hosts move while they are asked for; one that never stands still is shown as it was seen last. */
const LOOKS = 4;

export class MongoHostStore extends HostStore {
  private readonly forgotten: ForgottenHosts;
  private readonly reports: ReportTaker;

  constructor(private readonly database: MongoDatabase) {
    super();
    this.forgotten = new ForgottenHosts(database.meta);
    this.reports = new ReportTaker(database, this.forgotten);
  }

  override record(report: HostReport, receivedAt: Date): Promise<string[]> {
    return this.reports.record(report, receivedAt.getTime());
  }

  override expect(host: string, selection: Selection, at: Date): Promise<void> {
    return this.reports.expect(host, selection, at.getTime());
  }

  override async hosts({
    after = '',
    limit,
    group,
  }: {
    after?: string;
    limit: number;
    group?: string;
  }): Promise<HostRow[]> {
    const query = group === undefined ? ASK.page(after) : ASK.pageOfGroup(group, after);
    return (await this.page(query, limit)).map(hostRow);
  }

  override async host(id: string): Promise<HostRow | undefined> {
    const document = await this.database.hosts.first(ASK.one(id), this.database.deadline());
    return document && hostRow(document);
  }

  override async forget(id: string, at: Date): Promise<string[] | undefined> {
    const until = this.database.deadline();
    const known = await this.database.hosts.first(ASK.one(id), until);
    if (!known) return undefined;
    await this.forgotten.remember(known, at.getTime(), until);
    if ((await this.database.hosts.remove(ASK.one(id), until)) === 0) return undefined;
    await this.database.hostApps.remove(DETAIL_QUERIES.ofHosts([id], known.lastHeardAt + 1), until);
    return rowsOf(known).map(({ app }) => app);
  }

  override async forgetSilent(before: Date, limit: number): Promise<string[]> {
    const until = this.database.deadline();
    const time = before.getTime();
    const silent = await this.page(ASK.silentSince(time), limit, ['rows'], until);
    if (silent.length === 0) return [];
    const ids = silent.map(({ _id }) => _id);
    await this.database.hosts.remove(ASK.stillSilent(ids, time), until);
    // What a host that is heard again at this moment says is as new as that.
    await this.database.hostApps.remove(DETAIL_QUERIES.ofHosts(ids, time), until);
    return [...new Set(silent.flatMap((host) => rowsOf(host).map(({ app }) => app)))];
  }

  override containers(query: ContainerQuery): Promise<ContainerRow[]> {
    return containerPage(this.database, query, this.database.deadline());
  }

  override async appOnHost(app: string, host: string): Promise<Omit<AppReport, 'containers'> | undefined> {
    const until = this.database.deadline();
    const known = await this.database.hosts.first(ASK.one(host), until);
    const row = known && rowsOf(known).find((each) => each.app === app);
    if (!row) return undefined;
    const { generation, state, reason, leaving, detail } = row;
    const found =
      detail === undefined ? undefined : await this.database.hostApps.first(DETAIL_QUERIES.one(detail), until);
    return {
      app,
      generation,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(found ? (JSON.parse(found.trouble) as Trouble) : {}),
      ...(leaving ? { leaving } : {}),
    };
  }

  override async counts(concerned: Concerned, generation: number, silentBefore: Date): Promise<RolloutCounts> {
    const until = this.database.deadline();
    const change = { ...concerned, generation, since: silentBefore.getTime() };
    const [failed, counted] = await Promise.all([
      this.database.hosts.count(ASK.saying(change, 'failed'), until),
      this.countAllButFailed(change, until),
    ]);
    return countsOf({ ...counted, failed });
  }

  override async standing(
    concerned: Concerned,
    generation: number,
    examples: number,
    silentBefore: Date,
  ): Promise<Standing> {
    const until = this.database.deadline();
    const change = { ...concerned, generation, since: silentBefore.getTime() };
    let failures: FailureGroup[] = [];
    let counted!: Omit<Counted, 'failed'>;
    for (let look = 0; look < LOOKS; look++) {
      [failures, counted] = await Promise.all([
        this.failures(change, examples, until),
        this.countAllButFailed(change, until),
      ]);
      if (!areTorn(failures, rowLimit(examples))) break;
    }
    return { counts: countsOf({ ...counted, failed: sum(failures.map(({ hosts }) => hosts)) }), failures };
  }

  override async groupCounts(
    group: string,
    generation: number,
    apps: readonly string[],
    silentBefore: Date,
  ): Promise<RolloutCounts> {
    const until = this.database.deadline();
    const since = silentBefore.getTime();
    const change = { group, since, generation, apps: [...new Set(apps)] };
    const queries = [
      ASK.inGroup(group),
      ASK.silentInGroup(group, since),
      ...(['converged', 'waiting', 'failed'] as const).map((state) => ASK.settledInGroup(change, state)),
    ];
    const [hosts, silent, converged, waiting, failed] = await this.count(queries, until);
    return countsOf({ hosts: hosts!, silent: silent!, converged: converged!, waiting: waiting!, failed: failed! });
  }

  override async warnings(
    { app, groups }: Concerned,
    { most, examples }: { most: number; examples: number },
    silentBefore: Date,
  ): Promise<WarningGroup[]> {
    const until = this.database.deadline();
    const since = silentBefore.getTime();
    const tallied = await this.tokens(ASK.warning(app, groups, since), 'warned', app, until);
    return Promise.all(
      tallied.slice(0, most).map(async ({ _id: token, times }) => {
        const hosts = await this.page(ASK.warningOf(app, groups, since, token), examples, ['_id'], until);
        return { text: endOf(token), hosts: times, examples: hosts.map(({ _id }) => _id) };
      }),
    );
  }

  override async hasAnywhere(app: string): Promise<boolean> {
    return (await this.page(ASK.anywhere(app), 1, ['_id'])).length > 0;
  }

  override async hostsOfGroup(group: string, limit: number): Promise<string[]> {
    return (await this.page(ASK.pageOfGroup(group, ''), limit, ['_id'])).map(({ _id }) => _id);
  }

  private async page(
    query: Query,
    limit: number,
    fields?: readonly (keyof HostDocument)[],
    until = this.database.deadline(),
  ): Promise<HostDocument[]> {
    const rows = rowLimit(limit);
    return rows === 0 ? [] : this.database.hosts.find(query, until, { limit: rows, ...(fields ? { fields } : {}) });
  }

  /** The app's tokens in this field of the hosts, by how many hosts have them. */
  private async tokens(
    query: Query,
    field: 'failing' | 'warned',
    app: string,
    until: Deadline,
  ): Promise<{ _id: string; times: number }[]> {
    const tallied = await this.database.hosts.tally(query, field, beginningWith(app), until);
    return tallied.sort((one, other) => other.times - one.times || (one._id < other._id ? -1 : 1));
  }

  private async examplesOf(
    app: string,
    hosts: readonly HostDocument[],
    until: Deadline,
  ): Promise<FailureGroup['examples']> {
    const rows = hosts.flatMap((host) =>
      rowsOf(host)
        .filter((row) => row.app === app)
        .map((row) => ({ host: host._id, ...row })),
    );
    const ids = rows.flatMap(({ detail }) => detail ?? []);
    const details = ids.length === 0 ? [] : await this.database.hostApps.find(DETAIL_QUERIES.many(ids), until);
    const troubles = new Map(details.map(({ _id, trouble }) => [_id, JSON.parse(trouble) as Trouble]));
    // One whose detail is gone has said something else since.
    const lasting = rows.filter(({ detail }) => detail === undefined || troubles.has(detail));
    return lasting.map(({ host, generation, detail }) => ({ host, generation, ...(detail && troubles.get(detail)) }));
  }

  private async failures(change: Change, examples: number, until: Deadline): Promise<FailureGroup[]> {
    const { app } = change;
    const tallied = await this.tokens(ASK.failing(change), 'failing', app, until);
    return Promise.all(
      tallied.map(async ({ _id: token, times }, place) => {
        const some = place < MOST_REASONS ? Math.min(rowLimit(examples), times) : 0;
        const hosts = await this.page(ASK.failingFor(change, token), some, ['rows'], until);
        return { reason: endOf(token) as Reason, hosts: times, examples: await this.examplesOf(app, hosts, until) };
      }),
    );
  }

  private async countAllButFailed(change: Change, until: Deadline): Promise<Omit<Counted, 'failed'>> {
    const { app, groups, since } = change;
    const queries = [
      ASK.concerned(app, groups),
      ASK.silent(app, groups, since),
      ASK.saying(change, 'converged'),
      ASK.saying(change, 'waiting'),
    ];
    const [hosts, silent, converged, waiting] = await this.count(queries, until);
    return { hosts: hosts!, silent: silent!, converged: converged!, waiting: waiting! };
  }

  private count(queries: readonly Query[], until: Deadline): Promise<number[]> {
    return Promise.all(queries.map((query) => this.database.hosts.count(query, until)));
  }
}

/** Whether a host moved between two of the looks that it was made of: it is left out, or there twice. */
function areTorn(failures: readonly FailureGroup[], examples: number): boolean {
  const hosts = failures.flatMap((group) => group.examples.map(({ host }) => host));
  if (new Set(hosts).size < hosts.length) return true;
  return failures.slice(0, MOST_REASONS).some((group) => group.examples.length < Math.min(group.hosts, examples));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
