import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BrokerAdmin, type Permissions } from './broker-admin';
import {
  administrator,
  brokerConfig,
  brokerEnvironment,
  type BrokerOptions,
  type BrokerPorts,
} from './broker-settings';
import { makeCertificates, type Certificates } from './certificates';
import { OwnProgram } from './own-program';
import { answers, freePort } from './ports';
import { Service } from './service';

/** Of another RabbitMQ than Debian's, where a variable says so. */
const programs = process.env.NEBULA_TEST_RABBIT_BIN || '/usr/lib/rabbitmq/bin';
const readyWithin = 90_000;

/** Erlang's name server is in the same group: it would stay behind when the broker started it by itself. */
const launcher = `
ulimit -n "$1" 2> /dev/null || ulimit -n "$(ulimit -H -n)"
epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
exec "$2/rabbitmq-server"`;

/**
 * A RabbitMQ of a test's own, with an administrator and the management API. Stopped, it has what is durable on the disk.
 */
export class Broker extends OwnProgram {
  private constructor(
    service: Service,
    private readonly options: BrokerOptions,
    private readonly ports: BrokerPorts,
    /** For clients of the listener with TLS; undefined without one. */
    readonly certificates?: Certificates,
  ) {
    super(service);
  }

  /** Makes one and starts it; it serves when this resolves. */
  static async start(options: BrokerOptions = {}): Promise<Broker> {
    const service = await Service.create('broker', options.folder);
    return OwnProgram.started(service, async () => {
      const { host = '127.0.0.1', tls } = options;
      const ports = {
        amqp: options.port ?? (await freePort(host)),
        management: options.managementPort ?? (await freePort(host)),
        erlang: await freePort(),
        names: await freePort(),
        ...(tls && { tls: tls.port ?? (await freePort(host)) }),
      };
      const certificates = tls && (await makeCertificates(service.path('tls'), host));
      return new Broker(service, options, ports, certificates);
    });
  }

  /** The management API. */
  get admin(): BrokerAdmin {
    return new BrokerAdmin(this.managementUrl);
  }

  /** Of the management listener, with the administrator's name and password. */
  get managementUrl(): string {
    return `http://${administrator.user}:${administrator.password}@${this.host}:${this.ports.management}`;
  }

  get port(): number {
    return this.ports.amqp;
  }

  /** Of the listener with TLS. */
  get tlsPort(): number | undefined {
    return this.ports.tls;
  }

  /** As an AMQP client wants it, for the administrator unless another user is named. */
  url(vhost = '/', { user, password } = administrator): string {
    return `amqp://${user}:${encodeURIComponent(password)}@${this.host}:${this.port}/${encodeURIComponent(vhost)}`;
  }

  /** Makes a vhost, or finds it, and resolves to its URL. */
  async vhost(name: string): Promise<string> {
    await this.admin.putVhost(name, administrator.user);
    return this.url(name);
  }

  /** Makes a user who may do these things in that vhost, everything by default, and resolves to its URL. */
  async user(name: string, password: string, vhost = '/', permissions?: Permissions): Promise<string> {
    await this.admin.putUser(name, password);
    await this.admin.permit(name, vhost, permissions);
    return this.url(vhost, { user: name, password });
  }

  /** Starts it after `stop`, `kill` or `wipe`, on the same ports. */
  async start(): Promise<void> {
    await this.writeFiles();
    await this.service.start({
      address: { host: this.host, port: this.port },
      command: 'bash',
      args: ['-c', launcher, 'broker', String(this.options.limits?.files ?? 65_536), programs],
      env: this.environment,
      isReady: () => this.isReady(),
      readyWithin,
    });
  }

  /** Kills it and loses all: queues, vhosts, users. `start` begins with nothing but the administrator. */
  wipe(): Promise<void> {
    return this.service.wipe('data');
  }

  /** rabbitmqctl; takes seconds. What it printed. */
  async ctl(...args: string[]): Promise<string> {
    const env = { ...process.env, ...this.environment };
    const { stdout } = await promisify(execFile)(`${programs}/rabbitmqctl`, ['-q', ...args], { env });
    return stdout;
  }

  private get host(): string {
    return this.options.host ?? '127.0.0.1';
  }

  private get environment(): Record<string, string> {
    return brokerEnvironment((...names) => this.service.path(...names), this.ports, this.options);
  }

  private async writeFiles(): Promise<void> {
    const plugins = ['rabbitmq_management', ...(this.options.plugins ?? [])];
    for (const folder of ['home', 'data', 'logs']) await mkdir(this.service.path(folder), { recursive: true });
    await writeFile(this.service.path('plugins'), `[${plugins.join(',')}].\n`);
    const config = brokerConfig(this.options, this.ports, this.certificates);
    await writeFile(this.service.path('rabbitmq.conf'), config);
  }

  /** A broker that boots listens before it answers. */
  private async isReady(): Promise<boolean> {
    const speaksAmqp = await answers(this.host, this.port, 'AMQP\0\0\x09\x01', 'RabbitMQ');
    if (!speaksAmqp) return false;
    await this.admin.request('GET', '/overview');
    return true;
  }
}
