import type { ControlBus, HostBus } from '@nebula/bus';
import { RabbitControlBus, RabbitHostBus, type RabbitOptions } from '@nebula/bus/rabbitmq';
import { randomUUID } from 'node:crypto';
import { BrokerAdmin } from '../../services/broker-admin';
import { eventually } from '../support/eventually';
import { TcpProxy } from './tcp-proxy';

/** How long hosts of these tests wait for an answer, ms. */
export const PATIENCE_MS = 500;

export function optionsOf(url: string, change: Partial<RabbitOptions> = {}): RabbitOptions {
  return { urls: [url], heartbeatSeconds: 5, connectionName: 'test', queueType: 'classic', ...change };
}

/** Ends of a bus on one vhost of a broker, each host behind a proxy of its own. */
export class RabbitBench {
  private readonly controls = new Set<RabbitControlBus>();
  private readonly hosts = new Map<HostBus, TcpProxy>();

  constructor(readonly url: string) {}

  async control(change: Partial<RabbitOptions & { program: 'api' | 'monitor' }> = {}): Promise<RabbitControlBus> {
    const control = new RabbitControlBus({ program: 'api', ...optionsOf(this.url, change), ...change });
    this.controls.add(control);
    await eventually(() => control.state() === 'up', { every: 5 });
    return control;
  }

  async host(url = this.url): Promise<RabbitHostBus> {
    const proxy = await TcpProxy.to(url);
    const host = new RabbitHostBus(optionsOf(proxy.through(url)), PATIENCE_MS).connect();
    this.hosts.set(host, proxy);
    await eventually(() => host.state() === 'up', { every: 5 });
    return host;
  }

  async cut(host: HostBus): Promise<void> {
    this.hosts.get(host)?.cut();
    await eventually(() => (host as RabbitHostBus).state() === 'away', { every: 5 });
  }

  async mend(host: HostBus): Promise<void> {
    this.hosts.get(host)?.mend();
  }

  /** Resolves when all ends see it so. */
  async allAre(state: ReturnType<ControlBus['state']>): Promise<void> {
    const ends = () => [...this.controls, ...(this.hosts.keys() as Iterable<RabbitHostBus>)];
    await eventually(() => ends().every((end) => end.state() === state), { within: 30_000, every: 5 });
  }

  async close(): Promise<void> {
    await Promise.all([...this.controls, ...(this.hosts.keys() as Iterable<RabbitHostBus>)].map((end) => end.close()));
    await Promise.all([...this.hosts.values()].map((proxy) => proxy.close()));
    this.controls.clear();
    this.hosts.clear();
  }
}

/** A vhost of its own on the broker that all live tests share. */
export class OwnVhost {
  readonly admin = new BrokerAdmin(process.env.NEBULA_TEST_RABBIT_ADMIN!);
  readonly name = `bus-${randomUUID()}`;

  static async open(): Promise<OwnVhost> {
    const vhost = new OwnVhost();
    await vhost.admin.putVhost(vhost.name, new URL(process.env.NEBULA_TEST_RABBIT!).username);
    return vhost;
  }

  get url(): string {
    const url = new URL(process.env.NEBULA_TEST_RABBIT!);
    url.pathname = `/${encodeURIComponent(this.name)}`;
    return url.toString();
  }

  /** While all connections stay. */
  loseBindings(exchange: string): Promise<void> {
    return this.admin.loseBindings(this.name, exchange);
  }

  async close(): Promise<void> {
    await this.admin.deleteVhost(this.name);
  }
}
