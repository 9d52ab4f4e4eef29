import type { AppGeneration, AppSpec } from '@nebula/domain';
import { DesiredState } from '../desired/desired-state';
import type { ObservedContainer } from '../runtime';
import { finalName, interimName } from './container-spec';
import { STORE } from './paper-engine.arbitrary';
import { generationOf, PaperHost, tombstoneOf } from './paper-host.arbitrary';
import { type Attempt, printPlan, type Subject, type Verdict } from './plan';

const web = (more: Partial<AppSpec> = {}): AppSpec => ({
  name: 'web',
  image: 'nginx:1',
  networks: ['bridge'],
  ...more,
});

function running(spec: AppSpec): PaperHost {
  const host = new PaperHost().hear(generationOf(spec, 1));
  host.settle();
  return host;
}

const only = (host: PaperHost): ObservedContainer => [...host.containers.values()][0] as ObservedContainer;
const change = (host: PaperHost, more: Partial<ObservedContainer>): void => {
  host.containers.set(only(host).id, { ...only(host), ...more });
};
const verdict = (host: PaperHost): Verdict | undefined => host.plan().apps[0]?.verdict;
const attempt = (host: PaperHost, generation: number): Attempt => ({
  generation,
  failures: 1,
  retryAt: host.now + 500,
  reason: 'stop-failed',
  error: 'the Engine said no',
});

describe('an app is failed', () => {
  it.each<[string, Partial<ObservedContainer>, Partial<Verdict>]>([
    [
      'while its container is restarted again and again',
      { state: 'restarting', exitCode: 3, restartCount: 4, error: 'out of luck' },
      { reason: 'restarting', error: 'container "web-1" ended with exit code 3, restarted 4 times: out of luck' },
    ],
    [
      'when its container ended and nobody knows how',
      { state: 'exited', restartCount: 2 },
      { reason: 'exited', error: 'container "web-1" ended with exit code unknown, restarted 2 times' },
    ],
    [
      'by its health check, with what that said',
      { health: 'unhealthy', healthOutput: 'no answer' },
      { reason: 'unhealthy', error: 'the health check of container "web-1" fails: no answer' },
    ],
    ['by its health check', { health: 'unhealthy' }, { error: 'the health check of container "web-1" fails' }],
  ])('%s', (_, trouble, expected) => {
    const host = running(web());
    change(host, trouble);
    expect(verdict(host)).toMatchObject({ state: 'failed', container: 'web-1', ...expected });
  });

  it.each(['exited', 'paused', 'created'] as const)(
    'but not by the health check of a container that is %s, which Docker calls unhealthy then: it is brought back',
    (state) => {
      const host = running(web());
      change(host, { state, health: 'unhealthy', healthOutput: 'no answer' });
      expect(verdict(host)).toEqual({ state: 'converging' });
    },
  );

  it('with the port that no container can have, while the others run', () => {
    const host = new PaperHost(undefined, { cpus: 4, memoryBytes: 2 ** 30 });
    host.hear(generationOf(web({ containersPer: { cpu: 1 }, ports: [65533] }), 1));
    host.settle();
    expect(verdict(host)).toMatchObject({ reason: 'port-taken', error: expect.stringContaining('beyond 65535') });
    expect(host.containers.size).toBe(3);
  });

  it('while what makes its settings unreadable is there', () => {
    const host = running(web()).hear({ ...generationOf(web(), 2), spec: { name: 'web', image: 'UPPER' } as AppSpec });
    expect(verdict(host)).toMatchObject({ reason: 'newer-worker-needed', error: expect.stringContaining('/image') });
  });

  it('also when the settings make reading itself fail', () => {
    const spec = Object.defineProperty({ name: 'web', image: 'x' } as AppSpec, 'env', {
      enumerable: true,
      get: () => {
        throw new Error('a trap');
      },
    });
    const trap: AppGeneration = { ...generationOf(web(), 2), spec };
    expect(() => new PaperHost().hear(trap).plan()).not.toThrow();
  });
});

describe('an app is converging', () => {
  it('while its health check has not said yes', () => {
    const host = running(web());
    change(host, { health: 'starting' });
    expect(verdict(host)).toEqual({ state: 'converging' });
  });

  it('while a container of it is being removed', () => {
    const host = running(web());
    change(host, { state: 'removing' });
    expect(printPlan(host.plan())).toContain('create web-1.g1: not found');
  });
});

describe('a container is replaced', () => {
  it('when it is dead', () => {
    const host = running(web());
    host.state(only(host).id, 'dead');
    expect(printPlan(host.plan())).toContain('create web-1.g1: it is dead');
  });

  it('never because a newer worker hashed its settings in a form unknown here', () => {
    const host = running(web());
    change(host, { labels: { ...only(host).labels, 'nebula.settings': '9:abc' } });
    expect(printPlan(host.plan())).toBe('');
    host.hear(generationOf(web(), 2));
    expect(printPlan(host.plan())).toContain('settings changed');
  });
});

describe('doubles', () => {
  it('of one ordinal go, the one that does its work stays', () => {
    const host = running(web());
    const double = host.addDouble(only(host), 'web-1.x', host.now - 3_600_000);
    expect(printPlan(host.plan())).toBe(
      ['web 1', '  0 stop web-1.x: double', '  1 remove web-1.x: double [after 0]'].join('\n'),
    );
    host.state(double.id, 'exited');
    expect(printPlan(host.plan())).toBe(['web 1', '  0 remove web-1.x: double'].join('\n'));
  });

  it('that are alike in everything are told apart by their ids, above the count too', () => {
    const host = running(web());
    const { id, createdAt } = only(host);
    const other = host.addDouble(only(host), 'web-1.x', Date.parse(createdAt) + 1, createdAt);
    host.state(id, 'running');
    host.state(other.id, 'running');
    host.hear(generationOf(web({ running: false }), 2));
    expect(printPlan(host.plan())).toContain('0 stop web-1: the app is stopped');
    host.hear(generationOf(web(), 3));
    expect(printPlan(host.plan())).toContain('stop web-1.x: double');
    for (const name of ['web-2', 'web-2.x']) {
      host.addOwn({ app: 'web', ordinal: 2 }, { name, createdAt: '0' });
    }
    expect(printPlan(host.plan())).toMatch(/stop web-2: above the count\n.*stop web-2.x: above the count/);
  });

  it('of one network: the lower id is used', () => {
    const host = running(web({ networks: ['front'] }));
    host.networks.push({ id: 'a', name: 'front', labels: {} }, { id: 'z', name: 'front', labels: {} });
    expect(printPlan(host.plan())).toBe('');
  });
});

describe('back-off', () => {
  it('holds for one container, and the others go on', () => {
    const host = new PaperHost().hear(generationOf(web({ containersPer: { host: 2 } }), 1));
    host.carryOut(host.plan());
    host.attempts.set('web', new Map([[1, attempt(host, 1)]]));
    expect(printPlan(host.plan())).not.toContain('web-1');
    expect(printPlan(host.plan())).toContain('start web-2');
    expect(host.plan().wakeAt).toBe(host.now + 500);
  });

  it('holds for all of an app whose network can not be made', () => {
    const host = new PaperHost().hear(generationOf(web({ networks: ['front'] }), 1));
    host.carryOut(host.plan());
    host.attempts.set('web', new Map([['network front', attempt(host, 1)]]));
    expect(printPlan(host.plan())).toBe('');
  });

  it('ends with a new generation', () => {
    const host = running(web());
    host.attempts.set('web', new Map([[1, attempt(host, 1)]]));
    host.hear(generationOf(web({ env: { A: '1' } }), 2));
    expect(printPlan(host.plan())).toContain('create web-1.g2');
  });

  it('holds for the end of an app too, and is tried again', () => {
    const host = running(web()).hear(tombstoneOf('web', 2));
    host.attempts.set('web', new Map([[1, attempt(host, 2)]]));
    expect(printPlan(host.plan())).toBe('');
    expect(verdict(host)).toMatchObject({ state: 'failed', reason: 'stop-failed', leaving: true });
    host.now += 500;
    expect(printPlan(host.plan())).toContain('stop web-1: the app was deleted');
  });

  it('does not hold for the end of an app when it was its start that failed', () => {
    const host = running(web()).hear(tombstoneOf('web', 2));
    host.attempts.set('web', new Map([[1, attempt(host, 1)]]));
    expect(printPlan(host.plan())).toContain('stop web-1: the app was deleted');
  });

  it('does not revive an old container while the new image does not come', () => {
    const host = running(web()).hear(generationOf(web({ image: 'nginx:2' }), 2));
    host.state(only(host).id, 'exited');
    host.attempts.set(
      'web',
      new Map<Subject, Attempt>([
        ['image', attempt(host, 2)],
        [1, attempt(host, 2)],
      ]),
    );
    expect(printPlan(host.plan())).toBe('');
  });
});

describe('a port on its way to another app', () => {
  it('is waited for without failure, unless its holder is in trouble', () => {
    const host = running(web({ ports: [8080] }));
    host.hear(generationOf({ name: 'api', image: 'nginx:1', networks: ['bridge'], ports: [8080] }, 1));
    host.carryOut(host.plan());
    host.hear(generationOf(web(), 2));
    const api = (): Verdict | undefined => host.plan().apps.find(({ app }) => app === 'api')?.verdict;
    expect(api()).toMatchObject({ state: 'converging', reason: 'port-taken' });
    host.attempts.set('web', new Map([[1, attempt(host, 2)]]));
    expect(api()).toMatchObject({ state: 'failed', reason: 'port-taken' });
  });
});

describe('a port that its holder should let go, but can not', () => {
  it('is a failure of whoever waits for it, however long the chain', () => {
    const app = (name: string, port: number): AppSpec => ({ ...web({ ports: [port] }), name });
    const host = new PaperHost().hear(...['a', 'b', 'c'].map((name, i) => generationOf(app(name, 8000 + i), 1)));
    host.settle();
    host.add({ name: 'foreign', ports: [{ host: 9000, container: 1, protocol: 'tcp' }] });
    host.hear(...['a', 'b', 'c'].map((name, i) => generationOf(app(name, [9000, 8000, 8001][i] as number), 2)));
    const verdicts = host.plan().apps.map(({ verdict: { state, reason } }) => `${state} ${reason}`);
    expect(verdicts).toEqual(['failed port-taken', 'failed port-taken', 'failed port-taken']);
  });
});

it('a container that was paused goes on while its turn in a rolling change has not come', () => {
  const spec = web({ containersPer: { host: 3 }, ports: [8081], rolling: { maxUnavailable: 1 } });
  const host = running(spec);
  const last = [...host.containers.values()].find(({ name }) => name === 'web-3')!;
  host.state(last.id, 'paused');
  // Each needs the port of the one before.
  host.hear(generationOf({ ...spec, ports: [{ host: 8080, container: 8081 }] }, 2));
  expect(printPlan(host.plan())).toContain('unpause web-3');
  host.settle();
  expect(verdict(host)).toEqual({ state: 'converged' });
});

describe('apps that take each other’s host ports', () => {
  const both = (count: number, more: Partial<AppSpec> = {}) => {
    const specOf = (name: string, host: number): AppSpec =>
      web({ name, containersPer: { host: count }, ports: [{ host, container: 80 }], ...more });
    const host = running(specOf('web', 8080)).hear(generationOf(specOf('api', 8090), 2));
    host.settle();
    return host.hear(generationOf(specOf('web', 8090), 3)).hear(generationOf(specOf('api', 8080), 4));
  };
  const ports = (host: PaperHost) =>
    [...host.containers.values()].map((container) => `${container.name} ${container.ports[0]!.host}`).toSorted();

  it('do not wait for each other for ever: the first by name lets go', () => {
    const host = both(1);
    expect(printPlan(host.plan())).toContain('stop api-1: another app waits for its ports, and it for that one');
    expect(printPlan(host.plan())).not.toContain('web-1');
    host.settle();
    expect(ports(host)).toEqual(['api-1 8080', 'web-1 8090']);
  });

  it('let go of no more than may be down', () => {
    const host = both(3, { rolling: { maxUnavailable: 1 } });
    const up = (app: string): number =>
      [...host.containers.values()].filter(({ name, state }) => name.startsWith(app) && state === 'running').length;
    host.settle(undefined, () => expect(Math.min(up('api'), up('web'))).toBeGreaterThanOrEqual(2));
    expect(ports(host)).toEqual(['api-1 8080', 'api-2 8081', 'api-3 8082', 'web-1 8090', 'web-2 8091', 'web-3 8092']);
  });
});

describe('apps whose plan is being carried out', () => {
  it('are left alone, leaving ones too', () => {
    const desired = new DesiredState({ all: true, names: [] });
    const host = new PaperHost(desired).hear(generationOf(web(), 1), generationOf(web({ name: 'old' }), 1));
    host.settle();
    host.hear(tombstoneOf('old', 2), generationOf(web({ env: { A: '1' } }), 2));
    host.busy.add('web').add('old');
    expect(host.plan().apps).toEqual([]);
    expect(desired.followedStore).toBe(STORE);
  });
});

it('an interim name is one that nobody has', () => {
  const taken = new Set(['web-1.g2', 'web-1.g2x']);
  expect(interimName('web', 1, 2, (name) => taken.has(name))).toBe('web-1.g2xx');
  expect(finalName('web', 1)).toBe('web-1');
});

describe('host ports of one app', () => {
  it("that two of its containers want are the lower one's, when only the host knows the count", () => {
    const host = new PaperHost(undefined, { cpus: 4, memoryBytes: 2 ** 30 });
    const ports = [8080, { host: 8082, container: 81 }];
    host.hear(generationOf(web({ containersPer: { cpu: 1 }, ports }), 1)).settle();
    expect(verdict(host)).toMatchObject({ reason: 'port-taken', error: expect.stringContaining('containers 1 and 3') });
  });

  it('that an old container backing off still holds are waited for', () => {
    const spec = web({ ports: [8080], containersPer: { host: 2 } });
    const host = running(spec).hear(generationOf({ ...spec, ports: [{ host: 8081, container: 8080 }] }, 2));
    host.attempts.set('web', new Map([[2, attempt(host, 2)]]));
    expect(printPlan(host.plan())).toBe('');
  });

  it('free up by doubles that go', () => {
    const spec = web({ ports: [8080], containersPer: { host: 2 } });
    const host = running(spec);
    host.hear(generationOf({ ...spec, ports: [{ host: 8079, container: 8080 }] }, 2));
    host.carryOut(host.plan(), undefined, 5);
    host.settle();
    expect(host.up('web')).toBe(2);
  });
});

describe('a contested port that nobody holds', () => {
  const wanting = (name: string): AppGeneration => generationOf({ ...web({ ports: [8080] }), name }, 1);

  it('is its whose stopped container has it', () => {
    const host = new PaperHost().hear(wanting('zebra'));
    host.settle();
    host.state(only(host).id, 'exited');
    host.claims = new Map();
    host.hear(wanting('ant'));
    expect(host.plan().claims.get('8080/tcp')).toBe('zebra');
  });

  it("else the first one's by name", () => {
    const host = new PaperHost().hear(wanting('zebra'), wanting('ant'));
    expect(host.plan().claims.get('8080/tcp')).toBe('ant');
  });
});

describe('an old container', () => {
  it('does not come back on a port that a new one of the same app takes now', () => {
    const host = running(web({ ports: [8082] }));
    change(host, { state: 'created' });
    host.add({ name: 'foreign', ports: [{ host: 8080, container: 80, protocol: 'tcp' }] });
    const ports = [{ host: 8080, container: 80 }];
    host.hear(generationOf(web({ containersPer: { host: 3 }, ports }), 2));
    // The first one's port is taken by the foreign one; the third one's is the old one's.
    expect(printPlan(host.plan())).toContain('start web-3');
    expect(printPlan(host.plan())).not.toContain('start web-1');
    host.settle();
    expect([...host.containers.values()].filter(({ state }) => state === 'running')).toHaveLength(3);
  });

  it('that was made and never started is started, while the new image does not come', () => {
    const host = running(web()).hear(generationOf(web({ image: 'nginx:2' }), 2));
    host.state(only(host).id, 'created');
    expect(printPlan(host.plan())).toContain('start web-1: it is created');
  });
});

it.each(['host', 'none'])('a container on network %s is not connected to anything', (network) => {
  const host = running(web({ networks: [network] }));
  change(host, { networks: [] });
  expect(printPlan(host.plan())).toBe('');
});

describe('while the new image does not come', () => {
  it('an old container that is paused goes on', () => {
    const host = running(web()).hear(generationOf(web({ image: 'nginx:2' }), 2));
    host.state(only(host).id, 'paused');
    expect(printPlan(host.plan())).toContain('unpause web-1');
  });

  it('one whose port nobody wants any more goes on', () => {
    const host = running(web({ ports: [8080] })).hear(generationOf(web({ image: 'nginx:2' }), 2));
    host.state(only(host).id, 'exited');
    expect(printPlan(host.plan())).toContain('start web-1');
  });

  it('one whose port another app wants by now does not', () => {
    const host = running(web({ ports: [8080] })).hear(generationOf(web({ image: 'nginx:2' }), 2));
    host.state(only(host).id, 'exited');
    host.hear(generationOf({ ...web({ ports: [8080] }), name: 'api' }, 1));
    expect(printPlan(host.plan())).not.toContain('start web-1');
  });

  it('nothing is made of new settings when these came with the pull', () => {
    const host = running(web()).hear(generationOf(web({ env: { A: '1' } }), 2, { pulledAt: 2 }));
    expect(printPlan(host.plan())).toBe('web 2\n  0 fetch-image nginx:1 pull: pull was asked for');
  });
});

it('an app whose containers are newer than the store knows is kept as it runs', () => {
  const host = running(web());
  const labels = { ...only(host).labels, 'nebula.generation': '9' };
  change(host, { labels });
  expect(printPlan(host.plan())).toBe('');
  expect(verdict(host)).toMatchObject({ state: 'failed', reason: 'older-store' });
});

it('a new container takes the port of one above the count as soon as that is stopped', () => {
  const host = running(web({ ports: [8080], containersPer: { host: 3 } }));
  host.hear(generationOf(web({ ports: [{ host: 8082, container: 8080 }] }), 2));
  const actions = host.plan().apps[0]!.actions;
  const start = actions.find(({ kind }) => kind === 'start');
  const stopped = start?.after.map((index) => actions[index]).filter((action) => action?.kind === 'stop');
  expect(stopped?.map((action) => ('target' in action! ? action.target.name : ''))).toEqual(['web-3', 'web-1']);
});

it('what cannot be brought up any more is removed, not stopped, before another takes its place', () => {
  const host = running(web({ ports: [8080] }));
  host.state(only(host).id, 'restarting');
  host.restarting.set(only(host).id, host.now);
  expect(host.plan()).toMatchObject({ apps: [{ actions: [] }], wakeAt: host.now + 90_000 });
  host.now += 90_000;
  const cause = 'the Engine cannot bring it up any more';
  const lines = [
    `create web-1.g1: ${cause}`,
    `remove web-1: ${cause} [after 0]`,
    `start web-1.g1: ${cause} [after 0, 1]`,
    'rename web-1.g1 to web-1: it has another name [after 0, 1, 2]',
  ];
  expect(printPlan(host.plan())).toBe(['web 1', ...lines.map((line, n) => `  ${n} ${line}`)].join('\n'));
});
