import { RouteConfig } from '@nestjs/platform-fastify';
import { etagOf, isKnown } from './etag';
import { pathOf, type Fastify, type Reply, type Request } from './fastify';

interface Document {
  name: string;
  generation: number;
}

/** For operations that answer with a document that has a generation. */
export const Versioned = (): MethodDecorator => RouteConfig({ versioned: true });

/**
 * ETag, 304 and Location are said of documents in one place. A hook rather than a Nest interceptor: what an interceptor
 * sets up for each request takes longer than the rest of a read.
 */
export function sayVersions(fastify: Fastify): void {
  fastify.addHook('preSerialization', (request: Request, reply: Reply, payload: unknown, done) => {
    try {
      if ('versioned' in request.routeOptions.config) dress(payload as Document, request, reply);
      done(null, payload);
    } catch (error) {
      done(error as Error);
    }
  });
}

function dress(document: Document, request: Request, reply: Reply): void {
  reply.header('etag', etagOf(document.generation));
  if (reply.statusCode === 201) {
    reply.header('location', `${pathOf(request)}/${encodeURIComponent(document.name)}`);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return;
  if (!isKnown(request.headers['if-none-match'], document.generation)) return;
  reply.code(304).removeHeader('content-type').serializer(nothing);
}

/** No empty text: that has a length, and a 304 may only tell the document's (RFC 9110 §8.6). */
const nothing = (): null => null;
