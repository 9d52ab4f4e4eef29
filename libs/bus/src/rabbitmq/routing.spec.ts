import { appMessage } from '../bus-scene.contract';
import { keysOf, type Route, routesOf } from './routing';

const app = appMessage('web').body;
const reached = (routes: Route[], keys: string[]) =>
  routes.filter(({ key, cc }) => [key, ...cc].some((each) => keys.includes(each))).length;

describe('the keys of routing', () => {
  it('must send an app once where its groups fit one message, and in a few messages where they do not', () => {
    expect(routesOf('app', app)).toEqual([{ key: 'app:web', cc: ['apps'] }]);
    expect(routesOf('app', app, { groups: ['g', 'h', 'g'] })).toEqual([
      { key: 'app:web', cc: ['apps', 'group:g', 'group:h'] },
    ]);
    const groups = Array.from({ length: 10_000 }, (_, n) => `group-${n}`);
    const routes = routesOf('app', app, { groups });
    expect(routes.length).toBeGreaterThan(1);
    expect(routes.length).toBeLessThan(7);
    for (const { cc } of routes) expect(Buffer.byteLength(cc.join())).toBeLessThan(48 * 1024);
    for (const group of groups) expect(reached(routes, keysOf({ all: false, names: [], group }))).toBe(1);
    expect(reached(routes, keysOf({ all: true, names: ['web'] }))).toBe(1);
  });

  it('must fit the protocol however long a name is, and keep two names apart', () => {
    const long = (end: string) => '☃'.repeat(200) + end;
    const keys = keysOf({ all: false, names: [long('a'), long('b')], group: long('a') });
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(Buffer.byteLength(key)).toBeLessThanOrEqual(255);
    const [route] = routesOf('app', appMessage(long('a')).body);
    expect(keys).toContain(route?.key);
    expect(keysOf({ all: false, names: [long('b')] })).not.toContain(route?.key);
  });

  it('must not let the name of an app or a group mean something else', () => {
    expect(keysOf({ all: false, names: ['apps', 'all'], group: 'web' })).toEqual([
      'all',
      'app:apps',
      'app:all',
      'group:web',
    ]);
  });
});
