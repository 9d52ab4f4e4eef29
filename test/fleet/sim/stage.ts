import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broker } from '../../services/broker';
import { Database } from '../../services/database';
import { freePort } from '../../services/ports';
import { QuickDatabase } from '../../services/quick-database';
import { HostPool } from './host-pool';
import { Moments } from './moments';
import { withDescendants } from './processor-time';
import { API_PASSWORD, API_USER, SimApi } from './sim-api';
import type { SimOptions } from './sim-options';
import { SimProgram } from './sim-program';
import { dropStore } from './store-size';
import { StoreTap } from './store-tap';
import { Witness } from './witness';

export const APP = 'web';
export const GROUP = 'fleet';
const INSTALLATION = 'simulated';
const VHOST = 'simulated';
const LOOPBACK = '127.0.0.1';
/** As many hosts keep their files on disks of their own: where memory can hold them, nobody waits for this one's. */
const FOLDERS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface StageOptions extends SimOptions {
  /** A server that runs already, instead of one of its own. */
  mongoUrl?: string;
  /** Whether each step waits until the api says what the hosts have said; on a busy machine that can take long. */
  awaitsStatus: boolean;
}

/** Everything but the hosts' being there: real broker, store, api and monitor, and processes for hosts. */
export class Stage {
  readonly moments = new Moments();
  readonly pool: HostPool;

  private constructor(
    readonly options: StageOptions,
    private readonly folder: string,
    readonly broker: Broker,
    private readonly store: Database | QuickDatabase | undefined,
    readonly mongo: { url: string; database: string },
    readonly tap: StoreTap,
    readonly apis: readonly SimProgram[],
    readonly api: SimApi,
    private readonly monitor: SimProgram,
    readonly witness: Witness,
  ) {
    const { hosts, hostsPerProcess, reportIntervalSeconds, heartbeatSeconds } = options;
    const setting = {
      rabbit: broker.url(VHOST),
      installation: INSTALLATION,
      group: GROUP,
      folder: join(folder, 'hosts'),
      reportIntervalMs: reportIntervalSeconds * 1000,
      heartbeatSeconds,
    };
    // Half of them are to be killed: two processes at least.
    const most = Math.min(hostsPerProcess, Math.ceil(hosts / 2));
    this.pool = new HostPool(setting, most, (notes) => this.moments.take(notes));
  }

  /** Starts all of it, with one app in one group. Rejects with nothing left behind. */
  static async start(options: StageOptions): Promise<Stage> {
    const undo: (() => Promise<unknown>)[] = [];
    try {
      return await Stage.open(options, undo);
    } catch (error) {
      for (const each of undo.toReversed()) await each().catch(() => undefined);
      throw error;
    }
  }

  private static async open(options: StageOptions, undo: (() => Promise<unknown>)[]): Promise<Stage> {
    const folder = await mkdtemp(join(FOLDERS, 'nebula-sim-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'hosts'));
    // Its own statistics of thousands of connections would be what is measured.
    const broker = await Broker.start({ manyConnections: true });
    undo.push(() => removeServer(broker));
    const rabbit = await broker.vhost(VHOST);
    const store = options.mongoUrl === undefined ? await startStore(options) : undefined;
    undo.push(async () => store && removeServer(store));
    const mongo = { url: options.mongoUrl ?? store!.url, database: `sim-${process.pid}` };
    const tap = await StoreTap.before(mongo.url);
    undo.push(async () => tap.close());
    const env = environment(options, rabbit, mongo.database);
    const apis: SimProgram[] = [];
    const ports = await Promise.all(Array.from({ length: options.apis }, () => freePort(LOOPBACK)));
    for (const [index, port] of ports.entries()) {
      apis.push(await startApi(`api-${index + 1}`, folder, port, { ...env, MONGO_URL: tap.url }));
      undo.push(() => apis[index]!.stop());
    }
    const api = new SimApi(`http://${LOOPBACK}:${ports[0]}`);
    undo.push(async () => api.close());
    const monitorEnv = { ...env, MONGO_URL: mongo.url };
    const monitor = await SimProgram.start('monitor', { folder, env: monitorEnv, isReady: async () => true });
    undo.push(() => monitor.stop());
    await api.createApp(APP);
    await api.createGroup(GROUP, [APP]);
    const witness = await Witness.join(rabbit, ['all', 'apps', `app:${APP}`, `group:${GROUP}`]);
    return new Stage(options, folder, broker, store, mongo, tap, apis, api, monitor, witness);
  }

  /** Process ids, by part. */
  async parts(): Promise<Record<string, number[]>> {
    const all = async (pid: number | undefined) => (pid === undefined ? [] : withDescendants(pid));
    return {
      broker: await all(this.broker.pid),
      ...(this.store && { store: await all(this.store.pid) }),
      ...Object.fromEntries(this.apis.map((api) => [api.name, api.pids])),
      monitor: this.monitor.pids,
      hosts: this.pool.pids,
    };
  }

  /** Another one, after the broker was away: it does not come back by itself. */
  async hearAgain(): Promise<void> {
    await this.witness.rejoin(this.broker.url(VHOST));
  }

  /** Nothing of it stays. */
  async end(): Promise<void> {
    await this.pool.close();
    // A broker that is too busy says no good-bye; it is killed below.
    void this.witness.leave();
    this.api.close();
    await Promise.all([...this.apis, this.monitor].map((program) => program.stop()));
    this.tap.close();
    if (this.store) await removeServer(this.store);
    else await dropStore(this.mongo.url, this.mongo.database);
    await removeServer(this.broker);
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Killed: it has nothing that anybody wants to keep. */
async function removeServer(server: Broker | Database | QuickDatabase): Promise<void> {
  await server.kill();
  await server.remove();
}

const startStore = ({ store }: SimOptions): Promise<Database | QuickDatabase> =>
  store === 'quick' ? QuickDatabase.start() : Database.start();

function environment({ reportIntervalSeconds }: SimOptions, rabbit: string, database: string): Record<string, string> {
  return {
    INSTALLATION,
    RABBIT_URL: rabbit,
    SCHEMA_NAME: database,
    REPORT_INTERVAL_SECONDS: String(reportIntervalSeconds),
  };
}

function startApi(name: string, folder: string, port: number, env: Record<string, string>): Promise<SimProgram> {
  const login = { API_HOST: LOOPBACK, API_PORT: String(port), BASIC_AUTH_USER: API_USER };
  const api = new SimApi(`http://${LOOPBACK}:${port}`);
  const isReady = () => api.isReady();
  const all = { ...env, ...login, BASIC_AUTH_PASSWORD: API_PASSWORD };
  return SimProgram.start('api', { name, folder, env: all, isReady }).finally(() => api.close());
}
