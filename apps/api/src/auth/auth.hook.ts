import type { Fastify, Reply, Request } from '../http/fastify';
import type { Gate } from './gate';

/**
 * Nothing but health and docs without credentials. A hook rather than a Nest guard: a guard comes after the body was read,
 * and nobody's body is worth a megabyte. It goes by the route that was found, not by the address that was written.
 */
export function requireCredentials(fastify: Fastify, gate: Gate): void {
  fastify.decorateRequest('actor', '');
  fastify.addHook('onRequest', (request: Request, _reply: Reply, done) => {
    if (request.is404 || isOpen(request.routeOptions.url)) return done();
    const { authorization } = request.headers;
    const known = gate.known(authorization);
    if (known !== undefined) {
      request.actor = known;
      return done();
    }
    gate.admit(authorization, request.ip).then((actor) => {
      request.actor = actor;
      done();
    }, done);
  });
}

const isOpen = (route: string | undefined): boolean =>
  route === '/docs' || route?.startsWith('/docs/') === true || route?.startsWith('/health/') === true;
