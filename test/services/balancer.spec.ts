import { createServer, type Server } from 'node:http';
import { eventually } from '../live/support/eventually';
import { Balancer, withAddresses } from './balancer';
import { freePort } from './ports';

/** Answers everything with its name, and with 503 to who asks whether it serves once it is `leaving`. */
class Replica {
  leaving = false;
  private server?: Server;

  constructor(
    readonly name: string,
    readonly port: number,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const isCheck = request.url?.startsWith('/health') ?? false;
      response.writeHead(this.leaving && isCheck ? 503 : 200).end(this.name);
    });
    await new Promise<void>((done) => server.listen(this.port, '127.0.0.1', done));
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server?.listening) return;
    await new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  }
}

test('the configuration of docker/ gets the addresses of whoever starts it', () => {
  const template =
    'frontend a\n  bind *:80 name x\nbackend b\n  server a b:1 check\n  server c d:2\n  timeout server 1s\n';
  expect(
    withAddresses(
      template,
      '127.0.0.1:9',
      [1, 2, 3].map((n) => ({ name: `r${n}`, address: `h:${n}` })),
    ),
  ).toBe(
    [
      'frontend a',
      '  bind 127.0.0.1:9 name x',
      'backend b',
      '  server r1 h:1 check',
      '  server r2 h:2 check',
      '  server r3 h:3 check',
      '  timeout server 1s',
      '',
    ].join('\n'),
  );
});

describe('a balancer', () => {
  let replicas: [Replica, Replica];
  let balancer: Balancer;

  const answer = async () => (await fetch(balancer.url)).text();
  const answering = async () => new Set(await Promise.all(Array.from({ length: 20 }, answer)));

  beforeAll(async () => {
    replicas = [new Replica('one', await freePort()), new Replica('two', await freePort())];
    for (const replica of replicas) await replica.start();
    balancer = await Balancer.start({ servers: replicas });
    await eventually(async () => (await answering()).size === 2);
  });
  afterAll(async () => {
    await balancer.remove();
    for (const replica of replicas) await replica.stop();
  });

  test('sends nobody to a replica that says it is leaving, nor to one that is gone', async () => {
    const [one, two] = replicas;
    one.leaving = true;
    await eventually(async () => !(await answering()).has('one'));
    one.leaving = false;
    await eventually(async () => (await answering()).has('one'));
    await two.stop();
    expect(await answering()).toEqual(new Set(['one']));
    await two.start();
    await eventually(async () => (await answering()).has('two'));
  });

  test('is back after kill -9', async () => {
    await balancer.kill();
    await expect(answer()).rejects.toThrow();
    await balancer.start();
    await eventually(answer);
  });
});
