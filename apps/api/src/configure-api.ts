import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { requireCredentials } from './auth/auth.hook';
import { Gate } from './auth/gate';
import { endConnections, Stopping } from './health/stopping';
import { acceptOnlyJson, BODY_LIMIT } from './http/content';
import { pathOf, type Reply, type Request } from './http/fastify';
import { textOf } from './http/kept-texts';
import { KnownRoutes } from './http/known-routes';
import { answerUnreadable } from './http/unreadable';
import { sayVersions } from './http/versioned';
import { serveDocs } from './openapi/serve-docs';
import { answer } from './problem/problem';
import { ProblemFilter, sendProblem } from './problem/problem.filter';

/** Longest name in a path. Names of apps and groups are far shorter; hosts name themselves. */
const MAX_PARAM_LENGTH = 500;
/** For a request to arrive whole; its answer may take longer (`wait`). */
const REQUEST_TIMEOUT_MS = 120_000;

/**
 * The HTTP server that the api needs: pass it to `NestFactory.create`, then the application to `configureApi`.
 * @param trustedProxies addresses or networks whose word on a client's address is taken
 */
export function apiAdapter(trustedProxies: readonly string[] = []): FastifyAdapter {
  return new FastifyAdapter({
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // What the router can't read never gets as far as Nest's filters.
    frameworkErrors: (error: Error, request: Request, reply: unknown) =>
      sendProblem(reply as Reply, answer(400, 'bad-path', error.message, pathOf(request))),
    clientErrorHandler: answerUnreadable,
    // Ends idle connections when the program ends; requests under way are answered first.
    forceCloseConnections: 'idle',
  });
}

/** Sets up everything of HTTP. Call it before `app.init()` or `app.listen()`. */
export function configureApi(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const routes = new KnownRoutes();
  routes.watch(fastify);
  requireCredentials(fastify, app.get(Gate, { strict: false }));
  endConnections(fastify, app.get(Stopping, { strict: false }));
  acceptOnlyJson(app);
  sayVersions(fastify);
  fastify.setReplySerializer(textOf);
  fastify.addHook('onRequest', (_request: Request, reply: Reply, done) => {
    // What is true of desired state now need not be true when somebody looks at a copy.
    reply.header('cache-control', 'no-store');
    done();
  });
  app.useGlobalFilters(new ProblemFilter(routes));
  serveDocs(app);
}
