import { createConfig, lint } from '@redocly/openapi-core';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ApiServer } from './api-server';

const run = promisify(execFile);
const FILE = 'docs/openapi.json';

interface Operation {
  operationId?: string;
  summary?: string;
  requestBody?: { content: Record<string, { example?: unknown }> };
  responses: Record<string, { content?: Record<string, { example?: unknown }> }>;
}

describe('the OpenAPI document', () => {
  it('must be what the sources say, and the TypeScript client what the document says', async () => {
    // Compiled like the product, as only its compiler plugin reads types and comments.
    await mkdir('.cache', { recursive: true });
    const folder = resolve(await mkdtemp('.cache/openapi-'));
    try {
      const config = {
        extends: resolve('tsconfig.build.json'),
        compilerOptions: { outDir: join(folder, 'dist'), tsBuildInfoFile: join(folder, 'info') },
        include: [],
        files: [resolve('apps/api/src/openapi/write-openapi.ts')],
      };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
      const nest = require.resolve('@nestjs/cli/bin/nest.js');
      await run(process.execPath, [
        nest,
        'build',
        'standalone',
        '--path',
        relative('.', join(folder, 'tsconfig.json')),
      ]);
      await run(process.execPath, [join(folder, 'dist/apps/api/src/openapi/write-openapi.js'), '--check']);
      const schema = join(folder, 'schema.d.ts');
      const generator = resolve('node_modules/openapi-typescript/bin/cli.js');
      await run(process.execPath, [generator, FILE, '--default-non-nullable=false', '-o', schema]);
      expect(await readFile('clients/typescript/src/schema.d.ts', 'utf8')).toBe(await readFile(schema, 'utf8'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 120_000);

  it('must give a linter nothing to say', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const problems = await lint({ ref: FILE, config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  it('must have an id, a summary, errors and examples for every operation', async () => {
    const { paths } = JSON.parse(await readFile(FILE, 'utf8')) as { paths: Record<string, Record<string, Operation>> };
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const { operationId, summary, requestBody, responses } of operations) {
      expect([operationId, Boolean(summary)]).toEqual([expect.any(String), true]);
      expect(Object.keys(responses).some((status) => status.startsWith('4'))).toBe(true);
      const media = [requestBody, ...Object.values(responses)].flatMap((body) => Object.values(body?.content ?? {}));
      for (const { example } of media) expect([operationId, example]).toEqual([operationId, expect.anything()]);
    }
  });
});

describe('the docs', () => {
  let api: ApiServer;
  beforeAll(async () => void (api = await ApiServer.start()));
  afterAll(() => api.end());

  const get = (path: string) => api.raw(path, { anonymous: true });

  it('must show Swagger UI without anything from elsewhere, nor any inline script', async () => {
    const response = await get('/docs');
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)/);
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) expect((await get(`/${file}`)).status).toBe(200);
  });

  it('must serve the document, and lead people who add a slash to the page', async () => {
    const document = (await (await get('/docs/openapi.json')).json()) as { openapi: string; paths: object };
    expect(document.openapi).toBe('3.0.3');
    expect(Object.keys(document.paths)).toContain('/api/v3/apps/{name}');
    const slash = await get('/docs/');
    expect([slash.status, slash.url]).toEqual([200, `${api.url}/docs`]);
  });
});
