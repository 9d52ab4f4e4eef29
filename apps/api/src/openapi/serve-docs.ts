import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { openApiDocument } from './document';

/** Swagger UI brings its styles inline; of scripts, only files of this server run. */
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

/** Swagger UI at /docs, the document at /docs/openapi.json; nothing of it comes from elsewhere. */
export function serveDocs(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.header('x-content-type-options', 'nosniff');
    const isDocs = request.routeOptions.url?.startsWith('/docs') === true;
    if (isDocs) void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    else void reply.header('cache-control', 'no-store');
  });
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'Nebula',
    swaggerOptions: { persistAuthorization: false, validatorUrl: null },
  });
}
