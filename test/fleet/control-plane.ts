import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mongoose';
import { Balancer } from '../services/balancer';
import { Broker } from '../services/broker';
import { Database } from '../services/database';
import { freePort } from '../services/ports';
import { repository } from '../services/repository';
import { openVhost, VHOST } from './broker-access';
import { type FleetOptions, INSTALLATION, USER } from './fleet-options';
import { FleetProgram, type FleetProgramOptions } from './fleet-program';
import type { Ground } from './ground';
import type { Secrets } from './secrets';
import { together } from './together';

/** Everything of a fleet but its hosts. */
export interface ControlPlane {
  broker: Broker;
  /** Undefined where a server was named from outside. */
  database?: Database;
  mongoUrl: string;
  /** Of the database at that server. */
  schema: string;
  balancer: Balancer;
  apis: FleetProgram[];
  /** Where each replica listens. */
  apiUrls: string[];
  monitor: FleetProgram;
}

const LOOPBACK = '127.0.0.1';
const REPLICAS = 2;

/** What both the programs here and the workers are told of the broker. */
export const brokerSettings = (broker: Broker, host: string, user: string, password: string) => ({
  RABBIT_HOST: host,
  RABBIT_PORT: String(broker.port),
  RABBIT_VHOST: VHOST,
  RABBIT_USER: user,
  RABBIT_PASSWORD: password,
});

/** Ends all of it; a database elsewhere loses what was put there. */
export async function removeControlPlane(control: ControlPlane): Promise<void> {
  const { broker, database, balancer, apis, monitor } = control;
  const programs = [...apis, monitor, balancer];
  await Promise.allSettled(programs.map((program) => program.remove()));
  await Promise.allSettled([broker.remove(), database ? database.remove() : dropDatabase(control)]);
}

async function dropDatabase({ mongoUrl, schema }: ControlPlane): Promise<void> {
  const connection = await createConnection(mongoUrl, { dbName: schema, serverSelectionTimeoutMS: 3000 }).asPromise();
  try {
    await connection.dropDatabase();
  } finally {
    await connection.close(true);
  }
}

/** Starts broker and database on this machine's end of the hosts' network, then the programs; they answer then. */
export async function startControlPlane(
  ground: Ground,
  secrets: Secrets,
  options: FleetOptions,
): Promise<ControlPlane> {
  const { folder, network } = ground;
  const place = { host: network.machine };
  const [broker, database] = await together([
    Broker.start({ ...place, folder: join(folder, 'broker') }),
    options.mongoUrl === undefined ? Database.start({ ...place, folder: join(folder, 'database') }) : undefined,
  ]);
  await openVhost(broker, secrets);
  const mongoUrl = options.mongoUrl ?? String(database?.url);
  const programs = new Programs(ground, secrets, options, broker, mongoUrl);
  return { broker, database, mongoUrl, schema: ground.prefix, ...(await programs.start()) };
}

class Programs {
  constructor(
    private readonly ground: Ground,
    private readonly secrets: Secrets,
    private readonly options: FleetOptions,
    private readonly broker: Broker,
    private readonly mongoUrl: string,
  ) {}

  async start() {
    const ports = await Promise.all(Array.from({ length: REPLICAS }, () => freePort(LOOPBACK)));
    const apis = await together(ports.map((port, index) => this.api(`api-${index + 1}`, port)));
    const monitor = await this.monitor();
    const servers = ports.map((port, index) => ({ name: `api${index + 1}`, address: `${LOOPBACK}:${port}` }));
    const [balancer] = await together([
      Balancer.start({ folder: join(this.ground.folder, 'balancer'), port: this.options.port, servers }),
      monitor.start(),
      ...apis.map((api) => api.start()),
    ]);
    return { apis, apiUrls: ports.map((port) => `http://${LOOPBACK}:${port}`), monitor, balancer };
  }

  private api(name: string, port: number): Promise<FleetProgram> {
    return this.program(name, 'api', {
      settings: {
        API_HOST: LOOPBACK,
        API_PORT: String(port),
        BASIC_AUTH_USER: USER,
        BASIC_AUTH_PASSWORD: this.secrets.api,
        TRUSTED_PROXIES: LOOPBACK,
      },
      address: { host: LOOPBACK, port },
      isReady: async () => (await fetch(`http://${LOOPBACK}:${port}/health/ready`)).ok,
    });
  }

  /** It has no port: what it does is seen when the hosts are. */
  private monitor(): Promise<FleetProgram> {
    return this.program('monitor', 'monitor', { settings: {}, isReady: async () => true });
  }

  private async program(
    name: string,
    program: 'api' | 'monitor',
    { settings, ...launch }: Pick<FleetProgramOptions, 'settings' | 'address' | 'isReady'>,
  ): Promise<FleetProgram> {
    const folder = join(this.ground.folder, name);
    await mkdir(folder, { mode: 0o700 });
    return FleetProgram.create({
      name,
      folder,
      file: join(repository, 'dist', 'apps', program, 'src', 'main.js'),
      settings: {
        INSTALLATION,
        ...brokerSettings(this.broker, this.ground.network.machine, program, this.secrets.broker[program]),
        MONGO_URL: this.mongoUrl,
        SCHEMA_NAME: this.ground.prefix,
        ...settings,
        ...this.options.settings,
      },
      ...launch,
    });
  }
}
