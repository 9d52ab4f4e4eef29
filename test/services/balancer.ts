import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OwnProgram } from './own-program';
import { answers, freePort } from './ports';
import { repository } from './repository';
import { Service } from './service';

export interface BalancedServer {
  name: string;
  /** host:port. */
  address: string;
}

export interface BalancerOptions {
  servers: BalancedServer[];
  /** Where its configuration and log are, kept by `remove`; without one a temporary folder. */
  folder?: string;
  port?: number;
  /** The address it listens on; default 127.0.0.1. */
  host?: string;
  /** The configuration; default docker/haproxy.cfg. */
  template?: string;
}

/**
 * The HAProxy that people put before the api's replicas, with the same configuration and other addresses. Stopped, it
 * lets nobody new in, and cuts what is under way.
 */
export class Balancer extends OwnProgram {
  private constructor(
    service: Service,
    readonly host: string,
    readonly port: number,
  ) {
    super(service);
  }

  /** Starts one, whether or not its servers are there; it listens when this resolves. */
  static async start(options: BalancerOptions): Promise<Balancer> {
    const { folder, port, host = '127.0.0.1', template = join(repository, 'docker', 'haproxy.cfg') } = options;
    const service = await Service.create('balancer', folder);
    return OwnProgram.started(service, async () => {
      const balancer = new Balancer(service, host, port ?? (await freePort(host)));
      const address = `${host}:${balancer.port}`;
      await writeFile(
        service.path('haproxy.cfg'),
        withAddresses(await readFile(template, 'utf8'), address, options.servers),
      );
      return balancer;
    });
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** Starts it after `stop` or `kill`, on the same port. */
  start(): Promise<void> {
    return this.service.start({
      address: this,
      command: 'haproxy',
      // -db: in the foreground, whatever the configuration says.
      args: ['-db', '-f', this.service.path('haproxy.cfg')],
      isReady: () => answers(this.host, this.port, ''),
      readyWithin: 10_000,
    });
  }
}

/**
 * A configuration with other addresses: every line `bind` has this one, and the first line `server` stands once for
 * each of the servers with the options that it has; further ones go away.
 */
export function withAddresses(template: string, bind: string, servers: BalancedServer[]): string {
  let written = false;
  const lines = template.split('\n').flatMap((line) => {
    const [, indent, word, options = ''] = /^(\s*)(?:(bind)\s+\S+|server\s+\S+\s+\S+)(.*)$/.exec(line) ?? [];
    if (indent === undefined) return [line];
    if (word) return [`${indent}bind ${bind}${options}`];
    if (written) return [];
    written = true;
    return servers.map(({ name, address }) => `${indent}server ${name} ${address}${options}`);
  });
  return lines.join('\n');
}
