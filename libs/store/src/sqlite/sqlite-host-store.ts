import type { AppReport, AppState, HostReport, Reason, RolloutCounts, Selection } from '@nebula/domain';
import { HostStore } from '../host-store';
import type {
  Concerned,
  ContainerQuery,
  ContainerRow,
  FailureGroup,
  HostRow,
  Standing,
  WarningGroup,
} from '../host-store';
import { type Said, shown } from '../report-order';
import { rowLimit } from '../row-limit';
import { containerPage } from './container-page';
import { HOST_APP_SQL, HOST_SQL } from './host-sql';
import { type AppRow, expectHost, forgetHost, recordReport, removeHost } from './record-report';
import { ROLLOUT_SQL } from './rollout-sql';
import type { SqliteDatabase } from './sqlite-database';
import type { Statements, Values } from './statements';

interface StoredHost {
  id: string;
  said: string;
  first_heard_at: number;
  last_heard_at: number;
  states: string;
}

interface Verdict {
  verdict: keyof Omit<RolloutCounts, 'hosts'>;
  hosts: number;
}

type Failure = Omit<AppRow, 'app' | 'state' | 'reason' | 'leaving'> & { reason: Reason; hosts: number; host: string };

export class SqliteHostStore extends HostStore {
  constructor(private readonly database: SqliteDatabase) {
    super();
  }

  override record(report: HostReport, receivedAt: Date): Promise<string[]> {
    return this.database.write((sql) => recordReport(sql, report, receivedAt.getTime()));
  }

  override expect(host: string, selection: Selection, at: Date): Promise<void> {
    return this.database.write((sql) => expectHost(sql, host, selection, at.getTime()));
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
    const page = { after, limit: rowLimit(limit) };
    const rows = await this.database.read((sql) =>
      group === undefined
        ? sql.all<StoredHost>(HOST_SQL.hosts, page)
        : sql.all<StoredHost>(HOST_SQL.hostsOfGroup, { ...page, group }),
    );
    return rows.map(hostRow);
  }

  override async host(id: string): Promise<HostRow | undefined> {
    const row = await this.database.read((sql) => sql.get<StoredHost>(HOST_SQL.oneHost, { host: id }));
    return row && hostRow(row);
  }

  override forget(id: string, at: Date): Promise<string[] | undefined> {
    return this.database.write((sql) => removeHost(sql, id, at.getTime()));
  }

  override async forgetSilent(before: Date, limit: number): Promise<string[]> {
    const silent = { before: before.getTime(), limit: rowLimit(limit) };
    const found = await this.database.read((sql) => sql.all<{ id: string }>(HOST_SQL.hostsSilentSince, silent));
    if (found.length === 0) return [];
    return this.database.write((sql) => {
      const hosts = sql.all<{ id: string }>(HOST_SQL.hostsSilentSince, silent);
      return [...new Set(hosts.flatMap(({ id }) => forgetHost(sql, id)))];
    });
  }

  override async containers(query: ContainerQuery): Promise<ContainerRow[]> {
    const page = containerPage(query);
    const rows = await this.database.read((sql) =>
      sql.all<{ host: string; app: string; document: string }>(page.sql, {
        ...page.values,
        limit: rowLimit(query.limit),
      }),
    );
    return rows.map(({ host, app, document }) => ({ ...JSON.parse(document), host, app }) as ContainerRow);
  }

  override async appOnHost(app: string, host: string): Promise<Omit<AppReport, 'containers'> | undefined> {
    const row = await this.database.read((sql) => sql.get<AppRow>(HOST_APP_SQL.app, { app, host }));
    if (!row) return undefined;
    const { generation, state, reason, leaving, error, until, container, log } = row;
    return {
      app,
      generation,
      state,
      ...present({ reason, error, until, container, log }),
      ...(leaving ? { leaving: true } : {}),
    };
  }

  override counts(concerned: Concerned, generation: number, silentBefore: Date): Promise<RolloutCounts> {
    const values = concernedBy(concerned, generation, silentBefore);
    return this.database.read((sql) => tally(sql, ROLLOUT_SQL.counts, values));
  }

  override standing(concerned: Concerned, generation: number, examples: number, silentBefore: Date): Promise<Standing> {
    const values = concernedBy(concerned, generation, silentBefore);
    // Nothing is written within one turn of the event loop: both are of one instant.
    return this.database.read((sql) => ({
      counts: tally(sql, ROLLOUT_SQL.counts, values),
      failures: failuresOf(sql, values, examples),
    }));
  }

  override groupCounts(
    group: string,
    generation: number,
    apps: readonly string[],
    silentBefore: Date,
  ): Promise<RolloutCounts> {
    const names = [...new Set(apps)];
    const values = {
      group,
      generation,
      names: JSON.stringify(names),
      apps: names.length,
      silentBefore: silentBefore.getTime(),
    };
    return this.database.read((sql) => tally(sql, ROLLOUT_SQL.groupCounts, values));
  }

  override async warnings(
    { app, groups }: Concerned,
    { most, examples }: { most: number; examples: number },
    silentBefore: Date,
  ): Promise<WarningGroup[]> {
    const rows = await this.database.read((sql) =>
      sql.all<{ text: string; hosts: number; host: string }>(ROLLOUT_SQL.warnings, {
        app,
        groups: JSON.stringify(groups),
        examples: rowLimit(examples),
        silentBefore: silentBefore.getTime(),
      }),
    );
    const byText = new Map<string, WarningGroup>();
    for (const { text, hosts, host } of rows) {
      const group = byText.get(text) ?? { text, hosts, examples: [] };
      if (group.examples.length < examples) group.examples.push(host);
      byText.set(text, group);
    }
    return [...byText.values()].slice(0, most);
  }

  override hasAnywhere(app: string): Promise<boolean> {
    return this.database.read(
      (sql) => (sql.get(HOST_APP_SQL.contained, { app }) ?? sql.get(HOST_APP_SQL.unfinished, { app })) !== undefined,
    );
  }

  override async hostsOfGroup(group: string, limit: number): Promise<string[]> {
    const page = { group, limit: rowLimit(limit) };
    const rows = await this.database.read((sql) => sql.all<{ id: string }>(HOST_SQL.idsOfGroup, page));
    return rows.map(({ id }) => id);
  }
}

const concernedBy = ({ app, groups }: Concerned, generation: number, silentBefore: Date): Values => ({
  app,
  groups: JSON.stringify(groups),
  generation,
  silentBefore: silentBefore.getTime(),
});

function tally(sql: Statements, query: string, values: Values): RolloutCounts {
  const counts: RolloutCounts = { hosts: 0, converged: 0, converging: 0, waiting: 0, failed: 0, silent: 0 };
  for (const { verdict, hosts } of sql.all<Verdict>(query, values)) {
    counts[verdict] += hosts;
    counts.hosts += hosts;
  }
  return counts;
}

function failuresOf(sql: Statements, values: Values, examples: number): FailureGroup[] {
  const byReason = new Map<Reason, FailureGroup>();
  const rows = sql.all<Failure>(ROLLOUT_SQL.failures, { ...values, examples: rowLimit(examples) });
  for (const { reason, hosts, host, generation, ...trouble } of rows) {
    const group = byReason.get(reason) ?? { reason, hosts, examples: [] };
    if (group.examples.length < examples) group.examples.push({ host, generation, ...present(trouble) });
    byReason.set(reason, group);
  }
  return [...byReason.values()];
}

function hostRow({ id, said, first_heard_at, last_heard_at, states }: StoredHost): HostRow {
  const apps: Record<AppState, number> = { converged: 0, converging: 0, waiting: 0, failed: 0 };
  for (const state of JSON.parse(states) as AppState[]) apps[Object.hasOwn(apps, state) ? state : 'converging'] += 1;
  return {
    id,
    ...shown(JSON.parse(said) as Said, last_heard_at),
    firstHeardAt: new Date(first_heard_at).toISOString(),
    lastHeardAt: new Date(last_heard_at).toISOString(),
    apps,
  };
}

/** Leaves out what the database has no value for. */
function present<T extends object>(row: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(row).filter((entry) => entry[1] !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
