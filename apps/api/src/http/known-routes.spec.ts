import type { Fastify } from './fastify';
import { KnownRoutes } from './known-routes';

describe('known routes', () => {
  const routes = new KnownRoutes();
  routes.watch({
    addHook: (_name: string, told: (route: object) => void) => {
      told({ url: '/apps', method: 'GET' });
      told({ url: '/apps/:name', method: ['GET', 'HEAD'] });
      told({ url: '/apps/:name', method: 'PUT' });
      told({ url: '/apps/fixed', method: 'POST' });
    },
  } as unknown as Fastify);

  it('must tell every method of a path, also of patterns that overlap', () => {
    expect(routes.methodsOf('/apps')).toEqual(['GET']);
    expect(routes.methodsOf('/apps/web')).toEqual(['GET', 'HEAD', 'PUT']);
    expect(routes.methodsOf('/apps/fixed')).toEqual(['GET', 'HEAD', 'POST', 'PUT']);
  });

  it.each(['/', '/apps/', '/apps/a/b', '/other'])('must know nothing of %s', (path) => {
    expect(routes.methodsOf(path)).toEqual([]);
  });
});
