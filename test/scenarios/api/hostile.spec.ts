import { request } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { ApiServer, OPTIONS } from './api-server';

type Body = string | Buffer<ArrayBuffer>;
interface Problem {
  code: string;
  status: number;
  errors: { pointer?: string; parameter?: string }[];
}

describe('hostile HTTP', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await ApiServer.start();
    await api.createApp('web');
  });
  afterEach(async () => {
    // Whatever was sent: the process lives, and nothing moved.
    expect((await api.raw('/health/live')).status).toBe(200);
    expect((await api.apps.newest('web'))?.generation).toBe(1);
  });
  afterAll(() => api.end());

  const send = async (method: string, path: string, body?: Body, headers: Record<string, string> = JSON_TYPE) => {
    const response = await api.raw(path, { method, headers, ...(body !== undefined && { body }) });
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await response.json()) as Problem;
    expect(problem.status).toBe(response.status);
    return problem;
  };

  const deep = (levels: number) => `{"env":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it.each<[string, Body | undefined, number, string]>([
    ['no body', undefined, 400, 'no-body'],
    ['an empty body', '', 400, 'no-body'],
    ['malformed JSON', '{"image":', 400, 'invalid-json'],
    ['null', 'null', 400, 'not-an-object'],
    ['a number', '5', 400, 'not-an-object'],
    ['a text', '"x"', 400, 'not-an-object'],
    ['a list', '[{"image":"x"}]', 400, 'not-an-object'],
    ['NaN', '{"containersPer":{"host":NaN}}', 400, 'invalid-json'],
    ['10,000 levels', deep(10_000), 400, 'too-deep'],
    ['100,000 levels', deep(100_000), 400, 'too-deep'],
    ['2 MiB', JSON.stringify({ env: { A: 'x'.repeat(2 * 1024 * 1024) } }), 413, 'body-too-large'],
    ['__proto__', '{"__proto__":{"running":false}}', 400, 'invalid-json'],
    ['constructor.prototype', '{"env":{"constructor":{"prototype":{}}}}', 400, 'invalid-json'],
    ['bytes that are no UTF-8', Buffer.from('7b22656e76223a7b2241223a22ff227d7d', 'hex'), 400, 'not-utf-8'],
    ['half a character', '{"env":{"A":"\\ud800"}}', 400, 'invalid-document'],
    ['unknown fields', '{"immage":"x"}', 400, 'invalid-app'],
    ['a name of another app', '{"name":"other"}', 400, 'invalid-app'],
    ['no name', '{"name":null}', 400, 'invalid-app'],
    ['another generation', '{"generation":9}', 400, 'invalid-app'],
  ])('must refuse a patch of %s', async (_what, body, status, code) => {
    for (const method of ['PATCH', 'PUT']) {
      if (method === 'PUT' && body === '{"name":null}') continue;
      const problem = await send(method, '/api/v3/apps/web', body);
      expect([problem.status, problem.code]).toEqual([status, code]);
    }
  });

  it.each([
    ['ports', [0], '/ports/0'],
    ['ports', [65536], '/ports/0'],
    ['ports', ['abc'], '/ports/0'],
    ['containersPer', { host: 0 }, '/containersPer/host'],
    ['containersPer', { host: 1, cpu: 1 }, '/containersPer'],
    ['containersPer', { host: 1e9 }, '/containersPer/host'],
    ['networks', ['host', 'nebula'], '/networks'],
    ['image', 'UPPER CASE', '/image'],
    ['volumes', ['relative:path'], '/volumes/0'],
    ['labels', { 'nebula.app': 'x' }, '/labels/nebula.app'],
    ['running', 'yes', '/running'],
  ])('must refuse %s of %j, and point at it', async (field, value, pointer) => {
    const problem = await send('PATCH', '/api/v3/apps/web', JSON.stringify({ [field]: value }));
    expect(problem.status).toBe(400);
    expect(problem.errors.map((error) => error.pointer).join()).toContain(pointer);
  });

  it.each([
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['no type at all', ''],
    ['JSON in another charset', 'application/json; charset=latin1'],
  ])('must refuse %s by 415', async (_what, type) => {
    const headers: Record<string, string> = type ? { 'content-type': type } : {};
    expect((await send('PATCH', '/api/v3/apps/web', Buffer.from('{"running":false}'), headers)).status).toBe(415);
  });

  it('must refuse compressed bodies and, but for PATCH, merge patches by 415', async () => {
    const zipped = gzipSync('{"running":false}') as Buffer<ArrayBuffer>;
    const encoding = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await send('PATCH', '/api/v3/apps/web', zipped, encoding)).status).toBe(415);
    const patch = { 'content-type': 'application/merge-patch+json' };
    expect((await send('PUT', '/api/v3/apps/web', '{"image":"x:1"}', patch)).status).toBe(415);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=abc', 'limit'],
    ['limit=1e3', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['cursor=nonsense', 'cursor'],
    ['cursor=', 'cursor'],
    ['wait=5', 'wait'],
  ])('must refuse a list with %s, and name the parameter', async (query, parameter) => {
    const problem = await send('GET', `/api/v3/apps?${query}`);
    expect([problem.status, problem.errors[0]?.parameter]).toEqual([400, parameter]);
  });

  it.each([
    ['apps', 'apps', '/api/v3/apps'],
    ['hosts', 'hosts', '/api/v3/hosts'],
    ['generations of web', 'generations', '/api/v3/apps/web/generations'],
    ['containers', 'containers', '/api/v3/apps/web/containers'],
  ])('must live through forged cursors of %s', async (list, _what, path) => {
    for (const place of ['', 'NaN', '-1', '\0', 'a\nb\nc\nd', '\n\n\n\n\n', 'x'.repeat(5000), '9'.repeat(400)]) {
      const cursor = Buffer.from(`${list}\n${place}`).toString('base64url');
      expect([200, 400]).toContain((await api.raw(`${path}?cursor=${cursor}`)).status);
    }
  });

  it.each(['wait=61', 'wait=-1', 'wait=1.5', 'wait=soon', 'wait=', 'wiat=5'])(
    'must refuse a change with %s',
    async (query) => {
      expect((await send('POST', `/api/v3/apps/web/stop?${query}`)).status).toBe(400);
    },
  );

  it.each([
    ['GET', '/api/v3/nothing', 404],
    ['GET', '/', 404],
    ['GET', '/api/v3/apps/..%2f..%2fetc', 404],
    ['GET', `/api/v3/apps/${'x'.repeat(400)}`, 404],
    ['GET', '/api/v3/apps/a%00b', 404],
    ['GET', "/api/v3/apps/'; DROP TABLE head; --", 404],
    ['GET', '/api/v3/apps/%ff', 400],
    ['DELETE', '/api/v3/apps', 405],
    ['PUT', '/api/v3/hosts/a/containers', 405],
  ])('must answer %s %s with a problem of %d', async (method, path, status) => {
    expect((await send(method, path, undefined, {})).status).toBe(status);
  });

  it('must say which methods a path takes', async () => {
    const response = await api.raw('/api/v3/apps/web', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD, PATCH, PUT']);
  });

  it('must live through garbage instead of HTTP, and through requests that are cut off', async () => {
    const port = Number(new URL(api.url).port);
    const start = 'GET / HTTP/1.1\r\nHost: x\r\n';
    const big = `${start}X: ${'x'.repeat(100_000)}\r\n\r\n`;
    for (const text of ['\0\0\0garbage\r\n\r\n', `${start}Content-Length: -1\r\n\r\n`, big]) {
      const answer = await new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.on('close', () => resolve(heard)).on('error', () => resolve(heard));
        socket.on('data', (chunk) => (heard += chunk.toString()));
      });
      expect(answer).toMatch(text === big ? /^HTTP\/1\.1 431 / : /^HTTP\/1\.1 400 /);
      expect(answer).toContain('application/problem+json');
    }
    await new Promise<void>((resolve) => {
      const headers = { authorization: `Bearer ${OPTIONS.authToken}`, ...JSON_TYPE, 'content-length': '1000' };
      const cut = request(`${api.url}/api/v3/apps/web`, { method: 'PATCH', headers });
      cut.on('error', () => resolve());
      cut.write('{"running":', () => cut.destroy(new Error('cut off')));
    });
  });
});

const JSON_TYPE = { 'content-type': 'application/json' };
