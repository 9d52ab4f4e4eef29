import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

// Shapes of our own: Nest's adapter brings its own Fastify, whose types are not those of another version beside it.

export type Fastify = ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>;

/** What we use of Fastify's request. */
export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly query: unknown;
  readonly body: unknown;
  readonly ip: string;
  readonly is404: boolean;
  readonly routeOptions: { readonly url?: string | undefined; readonly config: object };
  /** Who asks; '' where nobody needs to say. Set by the auth hook. */
  actor?: string;
}

/** What we use of Fastify's reply. */
export interface Reply {
  readonly raw: ServerResponse;
  readonly sent: boolean;
  readonly statusCode: number;
  code(status: number): Reply;
  type(mediaType: string): Reply;
  header(name: string, value: string): Reply;
  headers(values: Record<string, string>): Reply;
  removeHeader(name: string): Reply;
  /** How this answer becomes text. */
  serializer(write: (payload: unknown) => string | null): Reply;
  send(payload: string | Buffer): Reply;
}

/** The path that was asked for, without its query. */
export const pathOf = (request: Pick<Request, 'url'>): string => request.url.split('?', 1)[0] ?? '';
