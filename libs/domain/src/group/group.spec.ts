import { DomainError } from '../errors';
import type { AppSpec } from '../app/app-spec.noun';
import { resolveApp } from '../app/resolve-app';
import { groupPortClash } from './group-port-clash';
import { parseGroupSpec } from './parse-group-spec';

const pointers = (body: unknown): string[] => {
  try {
    parseGroupSpec(body);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems.map(({ pointer }) => pointer);
    throw error;
  }
};
const names = (n: number) => Array.from({ length: n }, (_, i) => `app${i}`);

describe('a device group', () => {
  it('is a name and a list of apps', () => {
    expect(parseGroupSpec({ name: 'shops', apps: ['web', 'db'] })).toStrictEqual({
      name: 'shops',
      apps: ['web', 'db'],
    });
    expect(pointers({ name: 'shops', apps: [] })).toEqual([]);
    expect(pointers({ name: 'shops', apps: names(500) })).toEqual([]);
  });

  it.each([
    [{}, ['/name', '/apps']],
    [{ name: 'shops' }, ['/apps']],
    [{ name: 'shops', apps: null }, ['/apps']],
    [{ name: '*', apps: 'web' }, ['/name', '/apps']],
    [{ name: 'shops', apps: ['web', 'a b', 5, 'web'] }, ['/apps/1', '/apps/2']],
    [{ name: 'shops', apps: ['web', 'db', 'web'] }, ['/apps/2']],
    [{ name: 'shops', apps: names(501) }, ['/apps']],
    [{ name: 'shops', apps: [], hosts: 1 }, ['/hosts']],
    [[], ['']],
    [null, ['']],
  ])('is nothing else: %#', (body, expected) => expect(pointers(body)).toEqual(expected));
});

describe('apps of one group', () => {
  const at = (hostIp: string) => ({ host: 8080, container: 80, hostIp });
  const app = (name: string, fields: Partial<AppSpec>) => resolveApp({ name, image: 'x', ...fields });

  it('clash when both want one port on every host: both and the port are named', () =>
    expect(groupPortClash([app('c', {}), app('a', { ports: [80, 8080] }), app('b', { ports: [8080] })])).toEqual({
      pointer: '/apps',
      detail: '"a" and "b" both need host port 8080/tcp on every host',
    }));

  it.each([
    ['ranges that meet', { ports: [8080], containersPer: { host: 5 } }, { ports: [8084] }, true],
    ['one at least of what the host counts', { ports: [80], containersPer: { memoryGiB: 1 } }, { ports: [80] }, true],
    ['what only large hosts have', { ports: [80], containersPer: { memoryGiB: 4 } }, { ports: [81] }, false],
    ['other ports', { ports: [80] }, { ports: [81] }, false],
    ['other protocols', { ports: [80] }, { ports: [{ host: 80, container: 80, protocol: 'udp' as const }] }, false],
    ['other addresses', { ports: [at('127.0.0.1')] }, { ports: [at('10.0.0.1')] }, false],
    ['one address and all', { ports: [at('127.0.0.1')] }, { ports: [8080] }, true],
    ['a stopped one', { ports: [80] }, { ports: [80], running: false }, false],
    ['one that clashes with itself', { ports: [80, 80] }, {}, false],
  ])('%s', (_, a, b, clash) => expect(groupPortClash([app('a', a), app('b', b)]) !== undefined).toBe(clash));
});
