import type { AppSpec } from '@nebula/domain';
import { DesiredState } from '../desired/desired-state';
import type { ObservedContainer } from '../runtime';
import { STORE } from './paper-engine.arbitrary';
import { generationOf, PaperHost, tombstoneOf } from './paper-host.arbitrary';
import { printPlan } from './plan';

const web = (more: Partial<AppSpec> = {}): AppSpec => ({
  name: 'web',
  image: 'nginx:1',
  networks: ['bridge'],
  ...more,
});
const lines = (...text: string[]): string => text.join('\n');

/** A host on which web runs as `spec` says, at rest. */
function running(spec: AppSpec): PaperHost {
  const host = new PaperHost().hear(generationOf(spec, 1));
  host.settle();
  return host;
}

const names = (host: PaperHost): string[] => [...host.containers.values()].map(({ name }) => name).toSorted();

describe('a plan', () => {
  it('fetches the image before anything else', () => {
    const host = new PaperHost().hear(generationOf(web(), 1));
    expect(printPlan(host.plan())).toBe(lines('web 1', '  0 fetch-image nginx:1 if-missing: first image'));
  });

  it('makes what is missing, networks first', () => {
    const host = new PaperHost().hear(generationOf(web({ networks: ['front'], containersPer: { host: 2 } }), 1));
    host.carryOut(host.plan());
    expect(printPlan(host.plan())).toBe(
      lines(
        'web 1',
        '  0 make-network front: not found',
        '  1 create web-1: not found [after 0]',
        '  2 create web-2: not found [after 0]',
        '  3 start web-1: not found [after 1]',
        '  4 start web-2: not found [after 2]',
      ),
    );
  });

  it('replaces by making the new one while the old one still runs', () => {
    const host = running(web()).hear(generationOf(web({ env: { A: '1' } }), 2));
    expect(printPlan(host.plan())).toBe(
      lines(
        'web 2',
        '  0 create web-1.g2: settings changed',
        '  1 stop web-1: settings changed [after 0]',
        '  2 start web-1.g2: settings changed [after 0, 1]',
        '  3 remove web-1: settings changed [after 1, 2]',
        '  4 rename web-1.g2 to web-1: it has another name [after 0, 2, 3]',
      ),
    );
    host.settle();
    expect(names(host)).toEqual(['web-1']);
  });

  it('scales by what is above or below the count, and nothing else', () => {
    const host = running(web({ containersPer: { host: 3 } })).hear(
      generationOf(web({ containersPer: { host: 1 } }), 2),
    );
    expect(printPlan(host.plan())).toBe(
      lines(
        'web 2',
        '  0 stop web-2: above the count',
        '  1 stop web-3: above the count',
        '  2 remove web-2: above the count [after 0]',
        '  3 remove web-3: above the count [after 1]',
      ),
    );
  });

  it('is empty for a change that needs no new container', () => {
    const host = running(web());
    const changed = {
      rolling: { maxUnavailable: 2 },
      pullPolicy: 'always',
    } as const;
    host.hear(generationOf(web(changed), 2));
    expect(printPlan(host.plan())).toBe('');
    expect(host.plan().apps[0]?.verdict).toEqual({ state: 'converged' });
  });

  it('stops a container with the signal and grace that are in force now', () => {
    const host = running(web());
    host.hear(generationOf(web({ stop: { graceSeconds: 3, signal: 'SIGINT' }, running: false }), 2));
    expect(host.plan().apps[0]?.actions[0]).toMatchObject({
      kind: 'stop',
      stop: { graceSeconds: 3, signal: 'SIGINT' },
    });
  });

  it('stops a deleted app as its last settings said', () => {
    const host = running(web({ stop: { graceSeconds: 3 } })).hear(tombstoneOf('web', 2));
    expect(host.plan().apps[0]?.actions[0]).toMatchObject({ kind: 'stop', stop: { graceSeconds: 3 } });
    host.settle();
    expect(host.containers.size).toBe(0);
  });

  it('takes apps away in the order of their names, however their containers are listed', () => {
    const api = { ...web(), name: 'api' };
    const host = running(web()).hear(generationOf(api, 2));
    host.settle();
    host.hear(tombstoneOf('web', 3)).hear(tombstoneOf('api', 4));
    const apps = (listed: ObservedContainer[]) => host.plan(listed).apps.map(({ app }) => app);
    const containers = [...host.containers.values()];
    expect([apps(containers), apps(containers.toReversed())]).toEqual([
      ['api', 'web'],
      ['api', 'web'],
    ]);
  });

  it('shifts ports by one in a rolling change from the end that is free', () => {
    const spec = web({ ports: [8080], containersPer: { host: 3 }, rolling: { maxUnavailable: 1 } });
    const host = running(spec).hear(generationOf({ ...spec, ports: [{ host: 8081, container: 8080 }] }, 2));
    expect(printPlan(host.plan())).toContain('create web-3.g2');
    expect(printPlan(host.plan())).not.toContain('stop web-1');
    host.settle();
    expect(names(host)).toEqual(['web-1', 'web-2', 'web-3']);
  });

  it('changes count and ports together in a rolling change, one old container after the other', () => {
    const host = running(web({ ports: [8081] }));
    const rolling = { maxUnavailable: 1 };
    host.hear(generationOf(web({ ports: [{ host: 8080, container: 8081 }], containersPer: { host: 4 }, rolling }), 2));
    expect(printPlan(host.plan())).not.toContain('web-2');
    host.settle();
    expect(names(host)).toEqual(['web-1', 'web-2', 'web-3', 'web-4']);
  });

  it('revives what was stopped by hand and can not be replaced yet, and goes on', () => {
    const spec = web({ ports: [8082], containersPer: { host: 3 }, rolling: { maxUnavailable: 1 } });
    const host = running(spec);
    host.state([...host.containers.keys()][1] as string, 'exited');
    host.hear(generationOf({ ...spec, ports: [{ host: 8081, container: 8082 }] }, 2));
    expect(printPlan(host.plan())).toBe(lines('web 2', '  0 start web-2: it is exited'));
    host.settle();
    expect(host.plan().apps[0]?.verdict).toEqual({ state: 'converged' });
  });

  it('says so when no step of a rolling change can be allowed', () => {
    const ports = (a: number, b: number) => [
      { host: a, container: 80 },
      { host: b, container: 81 },
    ];
    const spec = web({ ports: ports(8000, 9000), containersPer: { host: 2 }, rolling: { maxUnavailable: 1 } });
    const host = running(spec).hear(generationOf({ ...spec, ports: ports(8001, 8999) }, 2));
    expect(printPlan(host.plan())).toBe('');
    expect(host.plan().apps[0]?.verdict).toMatchObject({ state: 'failed', reason: 'rolling-stuck' });
  });

  it.each([
    ['exited', 'start web-1: it is exited'],
    ['paused', 'unpause web-1: it is paused'],
    ['created', 'start web-1: it is created'],
  ] as const)('brings back one that is %s', (state, line) => {
    const host = running(web());
    host.state([...host.containers.keys()][0] as string, state);
    expect(printPlan(host.plan())).toContain(line);
  });

  it('gives swapped names back', () => {
    const host = running(web({ containersPer: { host: 2 } }));
    const [one, two] = [...host.containers.values()];
    host.containers.set(one!.id, { ...one!, name: 'web-2' });
    host.containers.set(two!.id, { ...two!, name: 'web-1' });
    host.settle();
    expect(host.containers.get(one!.id)?.name).toBe('web-1');
    expect(host.containers.get(two!.id)?.name).toBe('web-2');
  });

  it('connects to a network that it was taken off', () => {
    const host = running(web({ networks: ['front', 'back'] }));
    const [only] = host.containers.values();
    host.containers.set(only!.id, { ...only!, networks: only!.networks.slice(0, 1) });
    expect(printPlan(host.plan())).toBe(lines('web 1', '  0 connect web-1 to back: it is not on this network'));
  });

  it.each([
    [{ memory: 64 * 2 ** 20 }, 'the memory limit was changed by hand'],
    [{ nanoCpus: 5e8 }, 'the CPU limit was changed by hand'],
    [{ restartPolicy: 'no' }, 'the restart policy was changed by hand'],
    [{ others: ['CpuShares'] }, 'CpuShares was changed by hand'],
  ])('replaces a container whose limits are %j by hand', (limits, cause) => {
    const host = running(web());
    const [only] = host.containers.values();
    host.containers.set(only!.id, { ...only!, limits: { ...only!.limits, ...limits } });
    expect(printPlan(host.plan())).toContain(cause);
  });

  it('waits its random time before it replaces, but not before it starts or repairs', () => {
    const host = running(web());
    host.maxRestartWait = 5000;
    host.hear(generationOf(web({ env: { A: '1' } }), 2));
    expect(host.plan()).toMatchObject({ wakeAt: host.now + 5000 });
    expect(host.plan().apps[0]?.verdict).toMatchObject({ state: 'waiting', reason: 'spread' });
    host.state([...host.containers.keys()][0] as string, 'exited');
    expect(printPlan(host.plan())).toContain('start web-1.g2');
  });

  it('leaves alone an app with a setting that it does not know', () => {
    const host = running(web());
    host.hear(generationOf({ ...web(), image: 'nginx:2', teleport: true } as AppSpec, 2));
    expect(printPlan(host.plan())).toBe('');
    expect(host.plan().apps[0]?.verdict).toMatchObject({
      reason: 'newer-worker-needed',
      error: expect.stringContaining('/teleport'),
    });
  });

  it('replaces the containers of an earlier life of the app', () => {
    const host = running(web()).hear(generationOf(web(), 3, { bornAt: 3 }));
    host.carryOut(host.plan());
    expect(printPlan(host.plan())).toContain('create web-1.g3: settings changed');
  });
});

describe('images', () => {
  it('are pulled once for a change that asks for it, and all containers run the same', () => {
    const host = running(web({ containersPer: { host: 2 } }));
    host.images.set('nginx:1', 'newer image');
    host.hear(generationOf(web({ containersPer: { host: 2 } }), 2, { pulledAt: 2 }));
    expect(printPlan(host.plan())).toContain('fetch-image nginx:1 pull: pull was asked for');
    host.settle();
    expect(host.pulls).toBe(1);
    expect([...host.containers.values()].map(({ imageId }) => imageId)).toEqual(['newer image', 'newer image']);
  });

  it('are not pulled for repair, scaling or a lost file', () => {
    const host = running(web({ pullPolicy: 'always' }));
    const pulls = host.pulls;
    host.memory.clear();
    host.hear(generationOf(web({ pullPolicy: 'always', containersPer: { host: 3 } }), 2));
    host.settle();
    expect(host.pulls).toBe(pulls);
  });

  it('are pulled once more when the file is lost and no container tells that the pull was served', () => {
    const host = running(web());
    host.hear(generationOf(web(), 2, { pulledAt: 2 })).settle();
    host.memory.clear();
    const before = [...host.containers.keys()];
    host.settle();
    expect(host.pulls).toBe(2);
    expect([...host.containers.keys()]).toEqual(before);
  });

  it('are pulled with policy always for a restart, and again for a start', () => {
    const host = running(web({ pullPolicy: 'always' }));
    host.hear(generationOf(web({ pullPolicy: 'always' }), 2, { restartedAt: 2 })).settle();
    expect(host.pulls).toBe(2);
    host.hear(generationOf(web({ pullPolicy: 'always', running: false }), 3, { restartedAt: 2 })).settle();
    host.hear(generationOf(web({ pullPolicy: 'always' }), 4, { restartedAt: 2 })).settle();
    expect(host.pulls).toBe(3);
  });

  it('are not asked for by a change of the pull policy alone', () => {
    const host = running(web());
    host.hear(generationOf(web({ env: { A: '1' } }), 2)).settle();
    host.hear(generationOf(web({ env: { A: '1' }, pullPolicy: 'always' }), 3));
    expect(printPlan(host.plan())).toBe('');
  });

  it('that do not come leave the old containers running, and repaired', () => {
    const host = running(web()).hear(generationOf(web({ image: 'nginx:2' }), 2));
    const attempt = {
      generation: 2,
      failures: 1,
      retryAt: host.now + 500,
      reason: 'image-pull-failed',
      error: 'no such',
    } as const;
    host.attempts.set('web', new Map([['image', attempt]]));
    host.state([...host.containers.keys()][0] as string, 'exited');
    expect(printPlan(host.plan())).toBe(lines('web 2', '  0 start web-1: it is exited'));
    expect(host.plan().apps[0]?.verdict).toMatchObject({
      state: 'failed',
      reason: 'image-pull-failed',
      until: host.now + 500,
    });
  });
});

describe('what is not ours', () => {
  it.each(['another installation', 'another store', 'nobody'])('keeps the name that we want: %s', (whose) => {
    const host = new PaperHost().hear(generationOf(web(), 1));
    if (whose === 'another installation') host.addOwn({ app: 'web', ordinal: 1, installation: 'other' });
    if (whose === 'another store') host.addOwn({ app: 'web', ordinal: 1, store: 'store-2' });
    if (whose === 'nobody') host.add({ name: 'web-1' });
    host.carryOut(host.plan());
    expect(printPlan(host.plan())).toBe('');
    const reason = whose === 'another store' ? 'other-store' : 'name-taken';
    expect(host.plan().apps[0]?.verdict).toMatchObject({ state: 'failed', reason });
  });

  it('keeps the port that we want', () => {
    const host = new PaperHost().hear(generationOf(web({ ports: [8080] }), 1));
    host.add({ name: 'foreign', ports: [{ host: 8080, container: 1, protocol: 'tcp' }] });
    host.carryOut(host.plan());
    expect(printPlan(host.plan())).toBe('');
    expect(host.plan().apps[0]?.verdict).toMatchObject({ state: 'failed', reason: 'port-taken' });
  });
});

describe('two apps that want one port', () => {
  const api = (): AppSpec => ({ name: 'api', image: 'nginx:1', networks: ['bridge'], ports: [8080] });

  it('never take turns: who holds it keeps it, also while it is being repaired', () => {
    const host = running(web({ ports: [8080] })).hear(generationOf(api(), 1));
    host.carryOut(host.plan());
    host.carryOut(host.plan());
    for (const id of host.containers.keys()) host.containers.delete(id);
    const text = printPlan(host.plan());
    expect(text).toContain('create web-1');
    expect(text).not.toContain('create api-1');
    expect(host.plan().apps.find(({ app }) => app === 'api')?.verdict).toMatchObject({ reason: 'port-taken' });
  });

  it('change hands when the holder lets go', () => {
    const host = running(web({ ports: [8080] })).hear(generationOf(api(), 1), generationOf(web(), 2));
    host.settle();
    expect(names(host)).toEqual(['api-1', 'web-1']);
  });
});

describe('nothing is removed because something is missing', () => {
  it('not while no store was heard', () => {
    const host = new PaperHost();
    host.addOwn({ app: 'web', ordinal: 1 });
    expect(printPlan(host.plan())).toBe('');
  });

  it('not of an app that the store does not know, on *', () => {
    const host = new PaperHost().hear(generationOf({ name: 'other', image: 'x', running: false }, 1));
    host.addOwn({ app: 'web', ordinal: 1 });
    expect(printPlan(host.plan())).toBe('');
  });

  it('not of a newer generation than the store knows', () => {
    const host = new PaperHost().hear(tombstoneOf('web', 3));
    host.addOwn({ app: 'web', ordinal: 1, generation: 4 });
    expect(printPlan(host.plan())).toBe('');
  });

  it('but on word that the group no longer lists it', () => {
    const desired = new DesiredState({ all: false, names: [], group: 'edge' });
    const host = new PaperHost(desired).hear(generationOf(web(), 1));
    host.addOwn({ app: 'web', ordinal: 1 });
    expect(printPlan(host.plan())).toBe('');
    const group = { name: 'edge', generation: 2, deleted: false, apps: [], createdAt: '', updatedAt: '', actor: '' };
    desired.hearGroup(STORE, group, []);
    expect(printPlan(host.plan())).toContain('remove web-1: the app is not wanted here any more');
  });

  it('and when this worker was started with another list', () => {
    const host = new PaperHost(new DesiredState({ all: false, names: ['api'] })).hear(
      generationOf({ name: 'api', image: 'x' }, 1),
    );
    host.addOwn({ app: 'web', ordinal: 1 });
    expect(printPlan(host.plan())).toContain('remove web-1');
  });
});
