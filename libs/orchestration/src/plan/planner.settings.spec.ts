import { type AppGeneration, type AppSpec, LABELS, settingsHash, settingsHashBy } from '@nebula/domain';
import { DesiredState } from '../desired/desired-state';
import type { ObservedContainer } from '../runtime';
import { STORE } from './paper-engine.arbitrary';
import { generationOf, PaperHost, tombstoneOf } from './paper-host.arbitrary';
import { type Action, printPlan } from './plan';

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

const all = (host: PaperHost): ObservedContainer[] => [...host.containers.values()];
const labelOf = ({ labels }: ObservedContainer): string => labels[LABELS.settings] as string;
const stops = (host: PaperHost): Extract<Action, { kind: 'stop' }>[] =>
  host.plan().apps.flatMap(({ actions }) => actions.flatMap((action) => (action.kind === 'stop' ? [action] : [])));

/** As a worker of before the second form left it: labels and the file say the first. */
function madeByTheFirstForm(host: PaperHost, generation: AppGeneration, which = all(host)): PaperHost {
  const first = settingsHashBy(1, generation) as string;
  for (const container of which) {
    host.containers.set(container.id, { ...container, labels: { ...container.labels, [LABELS.settings]: first } });
  }
  const memory = host.memory.get('web');
  if (memory) host.memory.set('web', { ...memory, settings: first });
  return host;
}

describe('a change of how containers are asked to end', () => {
  it('replaces them, as rolling allows', () => {
    const spec = web({ containersPer: { host: 2 }, rolling: { maxUnavailable: 1 }, stop: { graceSeconds: 5 } });
    const host = running(spec);
    host.hear(generationOf({ ...spec, stop: { graceSeconds: 40, signal: 'INT' } }, 2));
    expect(printPlan(host.plan())).toContain('create web-1.g2: settings changed');
    expect(printPlan(host.plan())).not.toContain('web-2');
    // The old ones end by what is in force now.
    expect(stops(host)).toMatchObject([{ stop: { graceSeconds: 40, signal: 'INT' } }]);
    host.settle();
    expect(all(host).map(({ labels }) => labels[LABELS.generation])).toEqual(['2', '2']);
  });
});

describe('another order', () => {
  it.each<[string, Partial<AppSpec>, Partial<AppSpec>, boolean]>([
    ['of extra hosts', { extraHosts: ['a:10.0.0.1', 'b:::1'] }, { extraHosts: ['b:::1', 'a:10.0.0.1'] }, false],
    ['of a name’s addresses', { extraHosts: ['a:10.0.0.1', 'a:::1'] }, { extraHosts: ['a:::1', 'a:10.0.0.1'] }, true],
    ['of further networks', { networks: ['a', 'b', 'c'] }, { networks: ['a', 'c', 'b'] }, false],
    ['with another network first', { networks: ['a', 'b', 'c'] }, { networks: ['b', 'a', 'c'] }, true],
  ])('%s: whether containers are replaced', (_, before, after, replaced) => {
    const host = running(web(before)).hear(generationOf(web(after), 2));
    expect(printPlan(host.plan()).includes('settings changed')).toBe(replaced);
  });
});

describe('containers made by the first form of the settings hash', () => {
  const before = web({ stop: { graceSeconds: 5 }, pullPolicy: 'always' });

  it('are judged by it: neither the form nor another stop replaces them, or asks for an image', () => {
    const host = madeByTheFirstForm(running(before), generationOf(before, 1));
    expect(printPlan(host.plan())).toBe('');
    for (const [generation, graceSeconds] of [
      [2, 40],
      [3, 50],
    ] as const) {
      host.hear(generationOf({ ...before, stop: { graceSeconds } }, generation));
      expect(printPlan(host.plan())).toBe('');
      expect(host.plan().apps[0]?.verdict).toEqual({ state: 'converged' });
      host.settle();
    }
    expect(all(host).map(labelOf)).toEqual([settingsHashBy(1, generationOf(before, 1))]);
  });

  it('are replaced by another change, and what is made then is of the second', () => {
    const host = madeByTheFirstForm(running(before), generationOf(before, 1));
    const after = generationOf({ ...before, stop: { graceSeconds: 40 }, env: { A: '1' } }, 2);
    host.hear(after);
    expect(stops(host)).toMatchObject([]); // the image comes first, by pull policy always
    host.carryOut(host.plan());
    expect(stops(host)).toMatchObject([{ stop: { graceSeconds: 40 } }]);
    host.settle();
    expect(all(host).map(labelOf)).toEqual([settingsHash(after)]);
    expect(host.memory.get('web')?.settings).toBe(settingsHash(after));
    host.hear(generationOf({ ...before, stop: { graceSeconds: 41 }, env: { A: '1' } }, 3));
    expect(printPlan(host.plan())).toContain('settings changed');
  });

  it('are as they should be beside one of the second, and another stop replaces that one alone', () => {
    const spec = { ...before, pullPolicy: 'ifMissing', containersPer: { host: 2 } } as const;
    const host = running(spec);
    madeByTheFirstForm(host, generationOf(spec, 1), all(host).slice(0, 1));
    expect(new Set(all(host).map((container) => labelOf(container).split(':')[0]))).toEqual(new Set(['1', '2']));
    expect(printPlan(host.plan())).toBe('');
    host.hear(generationOf({ ...spec, stop: { graceSeconds: 40 } }, 2));
    expect(printPlan(host.plan())).toContain('web-2: settings changed');
    expect(printPlan(host.plan())).not.toContain('web-1: settings changed');
  });

  it('are judged by it when the worker’s file is lost', () => {
    const host = madeByTheFirstForm(running(before), generationOf(before, 1));
    host.memory.clear();
    host.hear(generationOf({ ...before, stop: { graceSeconds: 40 } }, 2));
    expect(printPlan(host.plan())).toBe('');
  });
});

describe('containers whose settings nobody knows', () => {
  const itsOwn = { stop: { signal: null, graceSeconds: null } };

  it('end as they themselves say, of an app that was deleted while the file is lost', () => {
    const host = running(web({ stop: { graceSeconds: 40 } }));
    const fresh = new PaperHost();
    for (const container of all(host)) fresh.containers.set(container.id, container);
    fresh.hear(tombstoneOf('web', 2));
    expect(stops(fresh)).toMatchObject([itsOwn]);
  });

  it('end as they themselves say, of an app of which nothing was ever heard', () => {
    const host = new PaperHost(new DesiredState({ all: false, names: ['other'] }));
    host.hear(generationOf({ ...web(), name: 'other' }, 1)).settle();
    host.addOwn({ app: 'web', ordinal: 1 });
    expect(stops(host)).toMatchObject([itsOwn]);
  });

  it('end as they themselves say, where the settings need a newer worker', () => {
    const desired = new DesiredState({ all: false, names: [], group: 'edge' });
    const host = new PaperHost(desired);
    const spec = { ...web({ stop: { graceSeconds: 40 } }), gpus: 1 } as AppSpec;
    const group = (generation: number, apps: string[]) => {
      const listed = {
        name: 'edge',
        generation,
        deleted: false,
        apps,
        createdAt: '',
        updatedAt: '',
        actor: 'test',
      };
      desired.hearGroup(STORE, listed, []);
    };
    group(1, ['web']);
    host.hear(generationOf(spec, 1));
    host.addOwn({ app: 'web', ordinal: 1 });
    group(2, []);
    expect(stops(host)).toMatchObject([itsOwn]);
  });
});

describe('the name of the app', () => {
  it('is what its containers are found by, on each network that knows names', () => {
    const host = new PaperHost().hear(generationOf(web({ networks: ['front', 'back'] }), 1));
    host.carryOut(host.plan());
    const [create] = host.plan().apps[0]!.actions.filter(({ kind }) => kind === 'create');
    expect(create).toMatchObject({ spec: { aliases: { front: ['web'], back: ['web'] } } });
    host.settle();
    const [container] = all(host);
    host.containers.set(container!.id, { ...container!, networks: container!.networks.slice(0, 1) });
    expect(host.plan().apps[0]!.actions).toMatchObject([{ kind: 'connect', network: 'back', aliases: ['web'] }]);
  });

  it.each(['bridge', 'host', 'none'])('is not told to Docker’s own network %s, which takes none', (network) => {
    const host = new PaperHost().hear(generationOf(web({ networks: [network] }), 1));
    host.carryOut(host.plan());
    const [create] = host.plan().apps[0]!.actions.filter(({ kind }) => kind === 'create');
    expect(create).toMatchObject({ spec: { aliases: { [network]: [] } } });
  });
});
