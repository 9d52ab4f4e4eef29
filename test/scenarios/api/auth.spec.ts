import { createNebulaClient } from '@nebula/client';
import { readFile } from 'node:fs/promises';
import { ApiServer, OPTIONS } from './api-server';

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('who may ask', () => {
  let api: ApiServer;
  beforeEach(async () => void (api = await ApiServer.start()));
  afterEach(() => api.end());

  const ask = (authorization?: string) =>
    api.raw('/api/v3/apps', { anonymous: true, ...(authorization !== undefined && { headers: { authorization } }) });

  it('must refuse every operation but health and docs without credentials, before the body is read', async () => {
    const { paths } = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as { paths: Record<string, object> };
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const body = method === 'get' ? {} : { body: 'not even JSON', headers: { 'content-type': 'application/json' } };
        const response = await api.raw(path.replace(/\{\w+\}/, 'x'), {
          method: method.toUpperCase(),
          anonymous: true,
          ...body,
        });
        const open = path.startsWith('/health/');
        expect([path, method, response.status]).toEqual([path, method, open ? 200 : 401]);
        if (!open) expect(response.headers.get('www-authenticate')).toBe('Basic realm="nebula", charset="UTF-8"');
      }
    }
    for (const path of ['/docs', '/docs/openapi.json', '/docs/swagger-ui.css']) {
      expect((await api.raw(path, { anonymous: true })).status).toBe(200);
    }
  });

  it('must take user and password, with a colon and in UTF-8, or the token', async () => {
    const { basicAuthUser, basicAuthPassword, authToken } = OPTIONS;
    expect((await ask(basic(basicAuthUser, basicAuthPassword))).status).toBe(200);
    expect((await ask(`bearer ${authToken}`)).status).toBe(200);
    const client = createNebulaClient({ baseUrl: api.url, token: authToken! });
    expect((await client.GET('/api/v3/apps')).response.status).toBe(200);
  });

  it.each([
    ['another password', basic('nebula', 'other')],
    ['another user', basic('other', OPTIONS.basicAuthPassword)],
    ['no password', basic('nebula', '')],
    ['no colon', `Basic ${Buffer.from('nebula').toString('base64')}`],
    ['another token', 'Bearer other'],
    ['an empty token', 'Bearer '],
    ['another scheme', 'Digest username="nebula"'],
    ['no base64', 'Basic %%%'],
    ['no UTF-8', `Basic ${Buffer.from([0xff, 0x3a, 0xff]).toString('base64')}`],
  ])('must refuse %s', async (_what, authorization) => {
    expect((await ask(authorization)).status).toBe(401);
  });

  it('must not take an empty token where none is configured', async () => {
    const other = await ApiServer.start({ options: { authToken: '' } });
    expect((await other.raw('/api/v3/apps', { headers: { authorization: 'Bearer ' } })).status).toBe(401);
    expect((await other.raw('/api/v3/apps', { headers: { authorization: 'Bearer undefined' } })).status).toBe(401);
    await other.end();
  });

  it('must slow down who fails again and again, and hold up neither the owner nor others meanwhile', async () => {
    const fail = () => ask(basic('nebula', 'guess'));
    for (let i = 0; i < 3; i++) await fail();
    const begun = Date.now();
    const slowed = [fail(), fail(), fail()].map((answer) => answer.then(() => Date.now() - begun));
    expect((await ask(basic('nebula', OPTIONS.basicAuthPassword))).status).toBe(200);
    const owner = Date.now() - begun;
    const took = await Promise.all(slowed);
    expect(Math.min(...took)).toBeGreaterThanOrEqual(190);
    expect(owner).toBeLessThan(Math.min(...took));
  });

  it('must answer at once, by 429, what is more than it holds back', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 30 }, () => ask(basic('nebula', 'guess')).then((r) => r.status)),
    );
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  }, 15_000);
});
