import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Reply } from '../http/fastify';
import { openApiDocument } from './document';

/** Swagger UI sets styles by itself; of scripts, only files of this server run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

// Every address is relative to /docs, so that the page works behind a proxy that puts a path before it.
const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Nebula API</title>
    <link rel="icon" type="image/png" sizes="32x32" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/swagger-ui-init.js"></script>
  </body>
</html>
`;

const INIT = `window.ui = SwaggerUIBundle({
  url: 'docs/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/**
 * Swagger UI at /docs, the document at /docs/openapi.json; nothing of it comes from elsewhere. Nest's own set-up writes
 * inline scripts' worth of page and needs a package for serving folders: these are three files.
 */
export function serveDocs(app: NestFastifyApplication): void {
  const http = app.getHttpAdapter();
  const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
  const answers = (path: string, type: string, body: () => Promise<string | Buffer> | string): void => {
    http.get(path, async (_request: unknown, reply: Reply) => {
      reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('x-content-type-options', 'nosniff');
      return reply.type(type).send(await body());
    });
  };
  answers('/docs', 'text/html; charset=utf-8', () => PAGE);
  http.get('/docs/', (_request: unknown, reply: Reply) => reply.code(302).header('location', '../docs').send(''));
  answers('/docs/swagger-ui-init.js', 'text/javascript; charset=utf-8', () => INIT);
  answers(
    '/docs/openapi.json',
    'application/json; charset=utf-8',
    once(() => JSON.stringify(openApiDocument(app))),
  );
  for (const [file, type] of Object.entries(ASSETS)) {
    answers(
      `/docs/${file}`,
      type,
      once(() => readFile(join(folder, file))),
    );
  }
}

/** What does not change while the program runs is made when it is first asked for, and then kept. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
