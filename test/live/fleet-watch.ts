import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNebulaClient, type NebulaClient, type Schemas } from '@nebula/client';
import { Fleet } from '../fleet/fleet';
import type { FleetHost } from '../fleet/fleet-host';
import { type FleetOptions, INSTALLATION } from '../fleet/fleet-options';
import { Apps } from './apps';
import { checkBuild } from './program';
import { idsOf, look, runs, type Seen } from './look';
import { eventually } from './support/eventually';

/** Silence is noticed after 15 s, longer than a program takes to start on a busy machine; what was missed after 3 s. */
const QUICK = { REPORT_INTERVAL_SECONDS: '5', DIGEST_INTERVAL_SECONDS: '3', SWEEP_INTERVAL_SECONDS: '10' };

/** Longer than anything takes on a busy machine; what is waited for comes much sooner. */
export const PATIENCE = { within: 60_000, every: 100 };

/** A fleet as a test looks at it: the API through the balancer, and Docker's own word of every host. */
export class WatchedFleet {
  readonly client: NebulaClient;

  private constructor(
    readonly fleet: Fleet,
    private readonly folder: string,
  ) {
    this.client = this.clientOf(fleet.access.api);
  }

  static async start(options: Omit<FleetOptions, 'folder'> = {}): Promise<WatchedFleet> {
    await checkBuild();
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'nebula-fleet-')));
    return new WatchedFleet(await Fleet.start({ settings: QUICK, ...options, folder }), folder);
  }

  /** Changes wait for the hosts. */
  get apps(): Apps {
    return new Apps(this.client);
  }

  /** Of one replica, or of the balancer. */
  clientOf(baseUrl: string): NebulaClient {
    return createNebulaClient({ ...this.fleet.access, baseUrl });
  }

  /** Makes the group's list this one, and waits for the hosts. */
  async list(name: string, ...apps: string[]): Promise<Schemas['Rollout'] | undefined> {
    const params = { path: { name }, query: { wait: 30 } };
    const changed = await this.client.PUT('/api/v3/device-groups/{name}', { params, body: { apps } });
    if (changed.response.status !== 404) return given(changed).rollout;
    const created = await this.client.POST('/api/v3/device-groups', {
      params: { query: { wait: 30 } },
      body: { name, apps },
    });
    return given(created).rollout;
  }

  /** The app's containers on a host, as Docker shows them. */
  async seen(host: FleetHost, app?: string): Promise<Seen[]> {
    return look({ docker: host.docker, installation: INSTALLATION }, app);
  }

  /** How many containers of the app run on each host. */
  async running(app: string, hosts = this.fleet.hosts): Promise<number[]> {
    return Promise.all(hosts.map(async (host) => (await this.seen(host, app)).filter(runs).length));
  }

  async ids(app: string, hosts = this.fleet.hosts): Promise<string[]> {
    return (await Promise.all(hosts.map((host) => this.seen(host, app)))).flatMap(idsOf).sort();
  }

  /** Waits until exactly so many containers of the app run on each host. */
  async untilRunning(app: string, counts: number[], hosts = this.fleet.hosts): Promise<void> {
    await eventually(async () => String(await this.running(app, hosts)) === String(counts), PATIENCE);
  }

  async stop(): Promise<void> {
    await this.fleet.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What was answered, or the problem as an error. */
export function given<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (data === undefined) throw new Error(`${response.status} of ${response.url}: ${JSON.stringify(error)}`);
  return data;
}
