import type { AppSpec } from '@nebula/domain';
import { DesiredState } from '../desired/desired-state';
import type { ObservedContainer } from '../runtime';
import { STORE } from './paper-engine.arbitrary';
import { generationOf, PaperHost, tombstoneOf } from './paper-host.arbitrary';
import { type Attempt, printPlan, type Subject } from './plan';

const db = (more: Partial<AppSpec> = {}): AppSpec => ({
  name: 'db',
  image: 'postgres:1',
  networks: ['bridge'],
  volumes: ['/data'],
  ...more,
});
const lines = (...text: string[]): string => text.join('\n');

function running(spec: AppSpec = db()): PaperHost {
  const host = new PaperHost().hear(generationOf(spec, 1));
  host.settle();
  return host;
}

const all = (host: PaperHost): ObservedContainer[] => [...host.containers.values()];
const volumesOf = (host: PaperHost): string[] =>
  all(host).flatMap(({ volumes = [] }) => volumes.map(({ name }) => name));
const shared = (name: string): Pick<ObservedContainer, 'volumes'> => ({
  volumes: [{ name, target: '/elsewhere', anonymous: false }],
});
const attempt = (host: PaperHost): Attempt => ({
  generation: 2,
  failures: 1,
  retryAt: host.now + 500,
  reason: 'remove-failed',
  error: 'volume is in use',
});

describe('anonymous volumes follow the slot', () => {
  it.each<[string, Partial<AppSpec>, object]>([
    ['a change', { env: { A: '1' } }, {}],
    ['a restart', {}, { restartedAt: 2 }],
    ['another image', { image: 'postgres:2' }, {}],
    [
      'a rolling change of several',
      { env: { A: '1' }, containersPer: { host: 2 }, rolling: { maxUnavailable: 1 } },
      {},
    ],
  ])('through %s, and nothing else is done for them', (_, more, counters) => {
    const host = running(db({ containersPer: more.containersPer ?? { host: 1 } }));
    const before = volumesOf(host);
    const ids = [...host.containers.keys()];
    host.hear(generationOf(db(more), 2, counters));
    expect(printPlan(host.plan())).not.toContain('remove-volume');
    host.settle();
    expect(volumesOf(host).toSorted()).toEqual(before.toSorted());
    expect(ids.filter((id) => host.containers.has(id))).toEqual([]);
  });

  it('through a pull that brought another image', () => {
    const host = running();
    const before = volumesOf(host);
    host.images.set('postgres:1', 'newer image');
    host.hear(generationOf(db(), 2, { pulledAt: 2 })).settle();
    expect(all(host)[0]?.imageId).toBe('newer image');
    expect(volumesOf(host)).toEqual(before);
  });

  it('when the container was removed by hand, also while its image is fetched, unless somebody works with it now', () => {
    const host = running();
    const before = volumesOf(host);
    host.containers.clear();
    host.memory.clear();
    expect(printPlan(host.plan())).toBe(lines('db 1', '  0 fetch-image postgres:1 if-missing: first image'));
    host.settle();
    expect(volumesOf(host)).toEqual(before);

    host.containers.clear();
    host.add({ name: 'by-hand', ...shared(before[0]!) });
    const [{ actions } = { actions: [] }] = host.plan().apps;
    expect(actions).toMatchObject([{ kind: 'create' }, { kind: 'start' }]);
    expect(actions[0]).not.toHaveProperty('spec.inherits');
  });

  it('from the container that works, where there are two of the slot, and of each path one', () => {
    const host = running();
    const [only] = all(host);
    const doubled = host.addDouble({ ...only!, state: 'exited' }, 'double', host.now - 3_600_000);
    const more = { name: 'of-double', target: '/more', anonymous: true };
    const volumes = [{ name: 'other', target: '/data', anonymous: true }, more];
    host.containers.set(doubled.id, { ...doubled, volumes });
    host.hear(generationOf(db({ env: { A: '1' } }), 2));
    const create = host.plan().apps[0]?.actions.find(({ kind }) => kind === 'create');
    const inherits = [
      { name: only!.volumes![0]!.name, target: '/data' },
      { name: 'of-double', target: '/more' },
    ];
    expect(create).toMatchObject({ spec: { inherits } });
    expect(printPlan(host.plan())).toMatch(/remove-volume other: its container does without it \[after \d\]/);
  });

  it('whenever the worker ends in the middle of the change', () => {
    const host = running();
    const before = volumesOf(host);
    host.hear(generationOf(db({ env: { A: '1' } }), 2));
    for (let ends = 0; ends < 4; ends++) host.carryOut(host.plan(), undefined, 1);
    host.settle();
    expect(volumesOf(host)).toEqual(before);
  });

  it('through stop and start', () => {
    const host = running();
    const before = volumesOf(host);
    host.hear(generationOf(db({ running: false }), 2));
    expect(printPlan(host.plan())).toBe(
      lines('db 2', '  0 stop db-1: the app is stopped', '  1 remove db-1: the app is stopped [after 0]'),
    );
    host.settle();
    expect(host.plan().apps[0]?.verdict).toEqual({ state: 'converged' });
    host.hear(generationOf(db(), 3)).settle();
    expect(volumesOf(host)).toEqual(before);
  });

  it('to another store that took over, but not where the app was born since', () => {
    const host = running();
    const before = volumesOf(host);
    const next = `${STORE.replace('1', '2')}~1000`;
    const hear = (...apps: ReturnType<typeof generationOf>[]): void => {
      host.desired.hearSnapshot(next, { groups: [], apps }, host.desired.baseline([]));
    };
    host.memory.clear(); // what the other store asked for is no matter any more
    hear(generationOf(db({ env: { A: '1' } }), 5, { bornAt: 4 }));
    expect(host.plan().apps[0]?.actions.find(({ kind }) => kind === 'create')).toMatchObject({
      spec: { inherits: [{ name: before[0], target: '/data' }] },
    });
    host.desired.hearApp(next, generationOf(db(), 9, { bornAt: 9 }));
    host.memory.clear();
    host.carryOut(host.plan()); // a new life looks what the tag names by now
    const [{ actions } = { actions: [] }] = host.plan().apps;
    expect(actions.find(({ kind }) => kind === 'create')).not.toHaveProperty('spec.inherits');
    expect(actions.at(-2)).toMatchObject({ kind: 'rename' });
    expect(actions.at(-1)).toMatchObject({ kind: 'remove-volume', volume: before[0] });
  });
});

describe('anonymous volumes go', () => {
  it('with their app', () => {
    const host = running();
    const [volume] = volumesOf(host);
    host.hear(tombstoneOf('db', 2));
    expect(printPlan(host.plan())).toBe(
      lines(
        'db 2',
        '  0 stop db-1: the app was deleted',
        '  1 remove db-1: the app was deleted [after 0]',
        `  2 remove-volume ${volume}: the app was deleted [after 1]`,
      ),
    );
    host.settle();
    expect(host.volumes.all.size).toBe(0);
  });

  it('with the slots above the count, also of a stopped app', () => {
    const host = running(db({ containersPer: { host: 3 } }));
    const volumes = all(host)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((c) => c.volumes![0]!.name);
    host.hear(generationOf(db({ containersPer: { host: 2 } }), 2));
    expect(printPlan(host.plan())).toBe(
      lines(
        'db 2',
        '  0 stop db-3: above the count',
        '  1 remove db-3: above the count [after 0]',
        `  2 remove-volume ${volumes[2]}: above the count [after 1]`,
      ),
    );
    host.settle();
    host.hear(generationOf(db({ containersPer: { host: 2 }, running: false }), 3)).settle();
    host.hear(generationOf(db({ running: false }), 4));
    expect(printPlan(host.plan())).toBe(lines('db 4', `  0 remove-volume ${volumes[1]}: above the count`));
    host.settle();
    host.hear(generationOf(db({ containersPer: { host: 3 } }), 5)).settle();
    expect(volumesOf(host)).toContain(volumes[0]);
    expect(volumesOf(host)).not.toContain(volumes[1]);
    expect(volumesOf(host)).not.toContain(volumes[2]);
  });

  it('not while somebody else worked with it when its container was made anew: with its slot, then', () => {
    const host = running();
    const [volume] = all(host)[0]!.volumes!;
    host.hear(generationOf(db({ running: false }), 2)).settle();
    const helper = host.add({ name: 'helper', volumes: [{ ...volume!, target: '/mnt', anonymous: false }] });
    host.volumes.mayBeginAnew = true;
    host.hear(generationOf(db(), 3)).settle();
    host.containers.delete(helper.id);
    expect(printPlan(host.plan())).toBe('');
    host.hear(tombstoneOf('db', 4)).settle();
    expect(host.volumes.all.size).toBe(0);
  });

  it('with an earlier life of the app, whatever was heard of its end', () => {
    const host = running();
    const [volume] = volumesOf(host);
    host.hear(generationOf(db(), 3, { bornAt: 3 }));
    host.carryOut(host.plan()); // looks what the tag names by now
    expect(printPlan(host.plan())).toContain(`remove-volume ${volume}: it is of an earlier life of the app [after 3]`);
    host.settle();
    expect(volumesOf(host)).not.toContain(volume);
    expect(host.volumes.all.size).toBe(1);
  });

  it("when the path is nobody's any more", () => {
    const host = running(db({ volumes: ['/data', '/more'] }));
    host.hear(generationOf(db(), 2)).settle();
    expect(host.volumes.all.size).toBe(1);
    expect(volumesOf(host)).toEqual([...host.volumes.all.keys()]);
  });

  it('in the next pass, when the worker died in between', () => {
    const host = running();
    host.hear(tombstoneOf('db', 2));
    host.carryOut(host.plan(), undefined, 2);
    expect([host.containers.size, host.volumes.all.size]).toEqual([0, 1]);
    const [volume] = host.volumes.all.keys();
    expect(printPlan(host.plan())).toBe(lines('db 2', `  0 remove-volume ${volume}: the app was deleted`));
    expect(host.plan().apps[0]?.verdict).toEqual({ state: 'converging', leaving: true });
    host.settle();
    expect(host.volumes.all.size).toBe(0);
    expect(host.plan().apps).toEqual([]);
  });

  it('of an app that this worker is not to run any more, though nothing of it was ever heard', () => {
    const host = running();
    host.containers.clear();
    const other = new PaperHost(new DesiredState({ all: false, names: ['web'] })).hear(
      generationOf({ name: 'web', image: 'x:1' }, 1),
    );
    other.volumes.remembered = host.volumes.remembered;
    expect(printPlan(other.plan())).toContain('remove-volume v1: the app is not wanted here any more');
  });

  it('not while somebody else has them; and when they are let go, they do', () => {
    const host = running();
    const [volume] = volumesOf(host);
    const copy = host.add({ name: 'copy', state: 'exited', ...shared(volume!) });
    host.hear(tombstoneOf('db', 2));
    expect(printPlan(host.plan())).not.toContain('remove-volume');
    host.settle();
    expect(host.plan().apps).toEqual([]);
    host.containers.delete(copy.id);
    host.settle();
    expect(host.volumes.all.size).toBe(0);
  });

  it('later, where the Engine refuses; it is told, and hinders nothing else', () => {
    const host = running(db({ containersPer: { host: 2 } }));
    const gone = all(host).find(({ name }) => name === 'db-2')!;
    host.containers.delete(gone.id);
    host.hear(generationOf(db({ env: { A: '1' } }), 2));
    host.attempts.set('db', new Map<Subject, Attempt>([[`volume ${gone.volumes![0]!.name}`, attempt(host)]]));
    expect(printPlan(host.plan())).not.toContain('remove-volume');
    expect(printPlan(host.plan())).toContain('create db-1.g2');
    expect(host.plan().apps[0]?.verdict).toMatchObject({ state: 'failed', reason: 'remove-failed' });
    host.now += 600;
    expect(printPlan(host.plan())).toContain('remove-volume');
  });

  it('later also of an app that has left: until then it is told', () => {
    const host = running();
    const [volume] = volumesOf(host);
    host.containers.clear();
    host.hear(tombstoneOf('db', 2));
    host.attempts.set('db', new Map<Subject, Attempt>([[`volume ${volume}`, attempt(host)]]));
    expect(host.plan()).toMatchObject({
      wakeAt: host.now + 500,
      apps: [{ actions: [], verdict: { state: 'failed', leaving: true } }],
    });
  });

  it('never on silence: not of an app that the store does not know, of another store or installation, of an app that is being worked on', () => {
    const host = running();
    const remembered = new Map(host.volumes.remembered);
    const [volume] = [...remembered.values()];
    const unheard = new PaperHost();
    const of = (owner: object): Map<string, typeof volume & object> =>
      new Map([[volume!.name, { ...volume!, owner: { ...volume!.owner, ...owner } }]]);
    for (const owner of [{}, { store: 'store-9' }]) {
      unheard.volumes.remembered = of(owner);
      expect(unheard.hear(generationOf({ name: 'web', image: 'x', running: false }, 1)).plan().apps).toHaveLength(1);
      expect(printPlan(unheard.plan())).toBe('');
      expect(unheard.plan().volumes.size).toBe(1);
    }
    host.containers.clear();
    host.hear(tombstoneOf('db', 2));
    host.volumes.remembered = of({ installation: 'other' });
    expect(printPlan(host.plan())).toBe('');
    host.volumes.remembered = remembered;
    host.busy.add('db');
    expect(printPlan(host.plan())).toBe('');
  });
});
