import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { eventually } from '../live/support/eventually';
import { Balancer, withAddresses } from './balancer';
import { freePort } from './ports';

/** Answers everything with its name, and with 503 to who asks whether it serves once it is `leaving`. */
class Replica {
  leaving = false;
  /** It ends the connection of whoever asks for anything but its health, and counts them. */
  dying = false;
  cut = 0;
  private server?: Server;

  constructor(
    readonly name: string,
    readonly port: number,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const server = createServer((asked, response) => {
      const isCheck = asked.url?.startsWith('/health') ?? false;
      if (this.dying && !isCheck) {
        this.cut++;
        return void asked.socket.destroy();
      }
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

/** On a connection of its own: where one was used before, HAProxy closes it instead of saying what it came to. */
const post = (url: string): Promise<IncomingMessage> =>
  new Promise((done, failed) => request(url, { method: 'POST', agent: false }, done).on('error', failed).end('{}'));

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

  test('sends a read whose replica ended to the other one, and a change to none', async () => {
    const [one] = replicas;
    one.dying = true;
    const answers = await Promise.all(Array.from({ length: 10 }, answer));
    expect(new Set(answers)).toEqual(new Set(['two']));
    expect(one.cut).toBeGreaterThan(0);
    one.cut = 0;
    const changes = await Promise.all(
      Array.from({ length: 10 }, async () => (await post(balancer.url)).resume().statusCode),
    );
    one.dying = false;
    expect(changes.filter((status) => status === 502)).toHaveLength(one.cut);
    expect(one.cut).toBeGreaterThan(0);
  });

  test('says as the api does what no replica answers', async () => {
    const problem = async (): Promise<unknown> => {
      const response = await post(balancer.url);
      const body = await json(response);
      expect(response.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '2' });
      expect(body).toMatchObject({ status: response.statusCode });
      return body;
    };
    for (const replica of replicas) replica.dying = true;
    expect(await problem()).toMatchObject({ status: 502, type: 'urn:nebula:problem:api-unknown', errors: [] });
    for (const replica of replicas) replica.dying = false;
    for (const replica of replicas) await replica.stop();
    await eventually(async () => (await fetch(balancer.url)).status === 503);
    expect(await problem()).toMatchObject({ status: 503, type: 'urn:nebula:problem:api-away', errors: [] });
    for (const replica of replicas) await replica.start();
    await eventually(async () => (await answering()).size === 2);
  });

  test('is back after kill -9', async () => {
    await balancer.kill();
    await expect(answer()).rejects.toThrow();
    await balancer.start();
    await eventually(answer);
  });
});
