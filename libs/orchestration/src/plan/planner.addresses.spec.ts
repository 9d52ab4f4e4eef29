import type { AppSpec } from '@nebula/domain';
import { generationOf, PaperHost } from './paper-host.arbitrary';
import { printPlan } from './plan';

const PORT = 8080;
const at = (hostIp?: string | null) => ({ host: PORT, container: 80, hostIp });
const on = (name: string, hostIp?: string | null, more: Partial<AppSpec> = {}): AppSpec => ({
  name,
  image: 'nginx:1',
  networks: ['bridge'],
  ports: [at(hostIp)],
  ...more,
});

const hostOf = (...specs: AppSpec[]): PaperHost => new PaperHost().hear(...specs.map((spec) => generationOf(spec, 1)));
const names = (host: PaperHost): string[] => [...host.containers.values()].map(({ name }) => name).toSorted();
const verdictOf = (host: PaperHost, name: string) => host.plan().apps.find(({ app }) => app === name)?.verdict;

describe('a host port of one address', () => {
  it.each<[string | null, string | null, boolean]>([
    ['127.0.0.1', '10.0.0.1', false],
    ['127.0.0.1', '::1', false],
    ['0.0.0.0', '::', false],
    ['0.0.0.0', '::1', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '::ffff:127.0.0.1', true],
    ['127.0.0.1', '0.0.0.0', true],
    ['::1', '::', true],
    ['127.0.0.1', null, true],
    ['::', null, true],
    [null, null, true],
  ])('%s beside %s: whether two apps clash', (one, two, clash) => {
    for (const [first, second] of [
      [one, two],
      [two, one],
    ]) {
      const host = hostOf(on('api', first), on('web', second));
      host.settle();
      expect(names(host)).toEqual(clash ? ['api-1'] : ['api-1', 'web-1']);
      if (clash) expect(verdictOf(host, 'web')).toMatchObject({ state: 'failed', reason: 'port-taken' });
    }
  });

  it('is told with its address', () => {
    const host = hostOf(on('api'), on('web', '::1'));
    host.settle();
    expect(verdictOf(host, 'web')?.error).toBe('host port [::1]:8080/tcp is held by app "api", which keeps it');
  });

  it('is free of one that a container of nobody’s holds on another address, and not on all', () => {
    const host = hostOf(on('web', '127.0.0.1'));
    host.add({ name: 'theirs', ports: [{ host: PORT, container: 80, protocol: 'tcp', hostIp: '10.0.0.1' }] });
    host.settle();
    expect(names(host)).toEqual(['theirs', 'web-1']);
    host.hear(generationOf(on('web', null), 2));
    expect(verdictOf(host, 'web')).toMatchObject({
      reason: 'port-taken',
      error: expect.stringContaining('held by container "theirs"'),
    });
  });
});

describe('apps that want one port of addresses within each other', () => {
  it('never take turns: who holds a part keeps it, whoever wants all', () => {
    const host = hostOf(on('web', '127.0.0.1'), on('zebra', '10.0.0.1'));
    host.settle();
    host.hear(generationOf(on('api'), 1));
    host.settle();
    expect(names(host)).toEqual(['web-1', 'zebra-1']);
    expect(Object.fromEntries(host.plan().claims)).toEqual({
      '8080/tcp': 'web',
      '127.0.0.1:8080/tcp': 'web',
      '10.0.0.1:8080/tcp': 'zebra',
    });
    for (const id of host.containers.keys()) host.containers.delete(id);
    host.settle();
    expect(names(host)).toEqual(['web-1', 'zebra-1']);
  });

  it('never take turns: who holds all keeps it, whoever wants a part', () => {
    const host = hostOf(on('web'));
    host.settle();
    host.hear(generationOf(on('api', '127.0.0.1'), 1), generationOf(on('zebra', '::1'), 1));
    host.settle();
    for (const id of host.containers.keys()) host.containers.delete(id);
    host.settle();
    expect(names(host)).toEqual(['web-1']);
  });

  it('do not get all for having a part of it: who holds another part goes on', () => {
    const host = hostOf(on('api', '10.0.0.1'), on('web', '127.0.0.1'));
    host.settle();
    host.hear(generationOf(on('api'), 2));
    host.settle();
    expect(host.up('web')).toBe(1);
    expect(verdictOf(host, 'api')).toMatchObject({ state: 'failed', reason: 'port-taken' });
  });

  it('are told apart by what an older worker remembered, which knew no addresses', () => {
    const host = hostOf(on('api'), on('web'));
    host.claims = new Map([['8080/tcp', 'web']]);
    expect(host.plan().claims.get('8080/tcp')).toBe('web');
  });

  it('are shared out by name where nobody has any, all of one app’s together', () => {
    const both = on('web', null, { ports: [at('::1'), at('127.0.0.1')] });
    expect(Object.fromEntries(hostOf(both, on('zebra')).plan().claims)).toEqual({
      '127.0.0.1:8080/tcp': 'web',
      '[::1]:8080/tcp': 'web',
      '8080/tcp': 'web',
    });
    expect(new Set(hostOf(both, on('api')).plan().claims.values())).toEqual(new Set(['api']));
  });

  it('do not count where one app alone wants them', () => {
    const both = on('web', '127.0.0.1', { ports: [at('127.0.0.1'), at('::1')] });
    const host = hostOf(both, on('api', '10.0.0.1'));
    host.settle();
    expect(names(host)).toEqual(['api-1', 'web-1']);
    expect(host.plan().claims.size).toBe(0);
  });
});

describe('the containers of one app', () => {
  it('are replaced one after the other where the port goes from all addresses to one', () => {
    const spec = on('web', null, { containersPer: { host: 2 }, rolling: { maxUnavailable: 1 } });
    const host = hostOf(spec);
    host.settle();
    host.hear(generationOf({ ...spec, ports: [at('127.0.0.1')] }, 2));
    expect(printPlan(host.plan())).toContain('settings changed');
    host.settle();
    expect(host.up('web')).toBe(2);
    expect([...host.containers.values()].map(({ ports }) => ports[0]?.hostIp)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('want one port only where their addresses meet, when only the host knows the count', () => {
    const want = (second: string) => {
      const host = new PaperHost(undefined, { cpus: 4, memoryBytes: 2 ** 30 });
      const ports = [at('127.0.0.1'), { host: PORT + 2, container: 81, hostIp: second }];
      host.hear(generationOf(on('web', null, { containersPer: { cpu: 1 }, ports }), 1)).settle();
      return verdictOf(host, 'web');
    };
    expect(want('10.0.0.1')).toEqual({ state: 'converged' });
    expect(want('127.0.0.1')?.error).toBe('host port 127.0.0.1:8082/tcp is wanted by containers 1 and 3 of this app');
  });
});
