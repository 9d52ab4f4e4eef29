import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Daemon } from './daemon';
import { Keeper, temporaryPath } from './keeper';
import { command } from './network-link';

const sweep = `pid=$(cat "$1/pid" 2> /dev/null)
if [ -n "$pid" ] && grep -qs docker-registry "/proc/$pid/cmdline"; then
  kill -TERM "$pid"
  for _ in $(seq 100); do [ -e "/proc/$pid/fd/0" ] || break; sleep 0.05; done
  kill -KILL "$pid" 2> /dev/null
fi
rm -rf "$1"`;

export interface OwnRegistryOptions {
  user?: string;
  password?: string;
  /** The address to listen on: loopback, or this machine's end of an own Engine's cable. */
  address?: string;
}

/** A private registry of the test's own, with a password, empty at first, that can be taken away and brought back. */
export class OwnRegistry {
  private daemon?: Daemon;

  private constructor(
    /** `address:port`, as in an image's name. */
    readonly host: string,
    readonly user: string,
    readonly password: string,
    private readonly folder: string,
    private readonly keeper: Keeper,
  ) {}

  /** Makes one and starts it; ready when this resolves. */
  static async create(options: OwnRegistryOptions = {}): Promise<OwnRegistry> {
    const { user = 'nebula', password = 'only-for-tests', address = '127.0.0.1' } = options;
    const folder = temporaryPath('registry');
    const keeper = Keeper.start(sweep, folder);
    try {
      await mkdir(folder, { mode: 0o700 });
      const host = `${address}:${await freePort(address)}`;
      const registry = new OwnRegistry(host, user, password, folder, keeper);
      await registry.prepare();
      await registry.back();
      return registry;
    } catch (error) {
      await keeper.release();
      throw error;
    }
  }

  /** A folder with this registry's login, for `Docker.withLogins`. */
  get logins(): string {
    return join(this.folder, 'logins');
  }

  /** The name of an image that is kept here, such as `web:1`. */
  image(name: string): string {
    return `${this.host}/${name}`;
  }

  /** Ends it: connections are refused from now on. What it holds is kept for `back`. */
  async away(): Promise<void> {
    await this.daemon?.end('SIGTERM');
  }

  /** Starts it at the same address, unless it runs; ready when this resolves. */
  async back(): Promise<void> {
    if (this.daemon && !this.daemon.hasEnded) return;
    const args = ['serve', join(this.folder, 'config.json')];
    this.daemon = await Daemon.start('docker-registry', args, join(this.folder, 'log'));
    await writeFile(join(this.folder, 'pid'), String(this.daemon.pid));
    await this.daemon.untilReady(async () => (await fetch(`http://${this.host}/v2/`)).status === 401);
  }

  /** Ends it and removes all that it holds. May be called again. */
  remove(): Promise<void> {
    return this.keeper.release();
  }

  private async prepare(): Promise<void> {
    const { stdout } = await command('htpasswd', ['-Bbn', this.user, this.password]);
    await writeFile(join(this.folder, 'htpasswd'), stdout, { mode: 0o600 });
    await mkdir(this.logins);
    const auth = Buffer.from(`${this.user}:${this.password}`).toString('base64');
    await writeFile(join(this.logins, 'config.json'), JSON.stringify({ auths: { [this.host]: { auth } } }));
    // JSON is YAML.
    const configuration = {
      version: 0.1,
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: join(this.folder, 'images') }, delete: { enabled: true } },
      http: { addr: this.host },
      auth: { htpasswd: { realm: 'nebula tests', path: join(this.folder, 'htpasswd') } },
    };
    await writeFile(join(this.folder, 'config.json'), JSON.stringify(configuration));
  }
}

function freePort(address: string): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().on('error', fail);
    server.listen(0, address, () => {
      const bound = server.address();
      server.close(() => (bound && typeof bound === 'object' ? done(bound.port) : fail(new Error('no port'))));
    });
  });
}
