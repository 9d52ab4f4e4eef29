import { pauseMs } from './back-off';
import { redacted } from './redacted';
import { managerOptions, type RabbitOptions, secretsOf } from './rabbit-options';

const options: RabbitOptions = {
  urls: ['amqp://a:p%40ss@one/v', 'amqp://a:other@two', 'amqp://three', 'no url'],
  heartbeatSeconds: 7,
  connectionName: 'worker h',
  queueType: 'classic',
};

type Server = { url: string; connectionOptions: { credentials: { response(): Buffer }; timeout: number } };
const servers = (given: RabbitOptions, backOff = { patience: 1 }) =>
  (managerOptions(given, backOff).findServers as () => Promise<Server[]>)();

describe('how RabbitMQ is reached', () => {
  it('must say user and password as they are meant, and have them in no url that is handed on', async () => {
    const [server] = await servers({ ...options, urls: ['amqps://%C3%BCser:w%C3%B6rd%2F%40@one:5671/v%2Fw'] });
    expect(server).toMatchObject({ url: 'amqps://one:5671/v%2Fw', connectionOptions: { noDelay: true } });
    const { credentials } = server!.connectionOptions;
    expect(credentials.response().toString()).toBe('\0üser\0wörd/@');
  });

  it('must name as secrets the passwords, as they are written and as they are meant', () => {
    expect(secretsOf(options)).toEqual(['p%40ss', 'p@ss', 'other', 'other']);
    expect(secretsOf({ ...options, urls: ['amqp://a:%zz@one'] })).toEqual(['%zz', '%zz']);
  });

  it('must hide them in texts of others, be they ever so short in a URL', () => {
    const text = 'no way to amqp://a:b@one/v or amqps://:long%40one@two: long@one';
    expect(redacted(['b', 'long%40one', 'long@one'], text)).toBe('no way to amqp://***@one/v or amqps://***@two: ***');
    expect(redacted(['nebula'], "no exchange 'nebula.desired'")).toBe("no exchange 'nebula.desired'");
  });

  it('must give each attempt the time that its back-off has, whatever the address', async () => {
    for (const patience of [1, 2]) {
      const times = (await servers(options, { patience })).map(({ connectionOptions }) => connectionOptions.timeout);
      expect(times).toEqual(Array.from({ length: 4 }, () => 12_000 * patience));
    }
  });

  it('must try every address, not always the same one first', async () => {
    const firsts = new Set<unknown>();
    for (let n = 0; n < 200; n++) {
      const urls = (await servers(options)).map(({ url }) => url);
      expect([...urls].sort()).toEqual(['amqp://one/v', 'amqp://three', 'amqp://two', 'no url']);
      firsts.add(urls[0]);
    }
    expect(firsts.size).toBe(options.urls.length);
  });

  it('must switch Nagle off, ask for the heartbeat, and hand on what TLS needs', () => {
    const made = managerOptions(
      { ...options, tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } },
      { patience: 1 },
      ' sending',
    );
    expect(made).toMatchObject({
      heartbeatIntervalInSeconds: 7,
      connectionOptions: {
        noDelay: true,
        ca: 'CA',
        cert: 'CERT',
        key: 'KEY',
        clientProperties: { connection_name: 'worker h sending' },
      },
    });
  });

  it('must wait longer with each failure, up to seconds, and never as long as the next one', () => {
    const sample = (failures: number) => Array.from({ length: 200 }, () => pauseMs(failures));
    expect(Math.max(...sample(0))).toBeLessThanOrEqual(500);
    expect(Math.min(...sample(1_000_000))).toBeGreaterThanOrEqual(1_000);
    expect(Math.max(...sample(1_000_000))).toBeLessThanOrEqual(4_000);
    expect(new Set(sample(3)).size).toBeGreaterThan(190);
  });
});
