import { DomainError } from '@nebula/domain';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Request } from './fastify';
import { parseJsonBody } from './json-body';

export const JSON_TYPE = 'application/json';
export const MERGE_PATCH_TYPE = 'application/merge-patch+json';
/** Bytes. */
export const BODY_LIMIT = 1024 * 1024;

/** Only JSON is taken, in UTF-8 and as it is: everything else is 415 before anybody looks at it. */
export function acceptOnlyJson(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().removeAllContentTypeParsers();
  app.useBodyParser([JSON_TYPE, MERGE_PATCH_TYPE], { bodyLimit: BODY_LIMIT }, (request: Request, body, done) => {
    try {
      checkEncoding(request);
      done(null, parseJsonBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

function checkEncoding(request: Request): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') {
    throw new DomainError('unsupported', 'unsupported-encoding', 'Bodies are taken without content encoding only.');
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (!['utf-8', 'utf8', 'us-ascii'].includes(charset.toLowerCase())) {
    throw new DomainError('unsupported', 'unsupported-charset', 'JSON is taken in UTF-8 only.');
  }
}

/** The essence of the request's media type, in lower case; '' when it names none. */
export const mediaTypeOf = (request: Request): string =>
  (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
