import { loadConfig, rabbitAccessOf } from '.';

const files: Record<string, string> = { '/ca': 'CA', '/cert': 'CERT', '/key': 'KEY' };
const readFile = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('secret'), { code: 'ENOENT' });
  return text;
};

const access = (env: Record<string, string>) =>
  rabbitAccessOf(loadConfig('monitor', { env: { MONGO_URL: 'mongodb://h', ...env }, readFile }), { readFile });

describe('how RabbitMQ is reached', () => {
  const LOGIN = { RABBIT_USER: 'u:ä', RABBIT_PASSWORD: 'p@,/ %' };

  it('is said by URLs, or put together from the single settings, whatever letters they have', () => {
    expect(access({ RABBIT_URL: 'amqp://u:p@a/v,amqps://u:p@b', ...LOGIN, RABBIT_HOST: 'c' }).urls).toEqual([
      'amqp://u:p@a/v',
      'amqps://u:p@b',
    ]);
    const { urls } = access({ ...LOGIN, RABBIT_HOST: 'a,b:1,[::1]', RABBIT_VHOST: '/ä' });
    expect(urls.map((url) => new URL(url).host)).toEqual(['a:5672', 'b:1', '[::1]:5672']);
    for (const { username, password, pathname } of urls.map((url) => new URL(url))) {
      expect([username, password, pathname.slice(1)].map(decodeURIComponent)).toEqual(['u:ä', 'p@,/ %', '/ä']);
    }
  });

  it('is with TLS at another port, unless one is named', () => {
    const host = { ...LOGIN, RABBIT_HOST: 'a', RABBIT_TLS: 'true' };
    expect(access(host).urls[0]).toMatch(/^amqps:.*@a:5671\/%2F$/);
    expect(access({ ...host, RABBIT_PORT: '7' }).urls[0]).toMatch(/@a:7\/%2F$/);
  });

  it('has the texts of the TLS files that are named', () => {
    const url = { RABBIT_URL: 'amqps://a' };
    expect(access(url)).toEqual({ urls: ['amqps://a'], heartbeatSeconds: 5, queueType: 'classic' });
    expect(access({ ...url, RABBIT_TLS_CA_FILE: '/ca' }).tls).toEqual({ ca: 'CA' });
    const own = { RABBIT_TLS_CERT_FILE: '/cert', RABBIT_TLS_KEY_FILE: '/key' };
    expect(access({ ...url, ...own }).tls).toEqual({ cert: 'CERT', key: 'KEY' });
  });

  it('stops the start by every TLS file that cannot be read', () => {
    const env = { RABBIT_URL: 'amqps://a', RABBIT_TLS_CERT_FILE: '/no', RABBIT_TLS_KEY_FILE: '/none' };
    expect(() => access(env)).toThrow(
      [
        'the configuration is not usable:',
        '  RABBIT_TLS_CERT_FILE names a file that cannot be read (ENOENT)',
        '  RABBIT_TLS_KEY_FILE names a file that cannot be read (ENOENT)',
      ].join('\n'),
    );
  });
});
