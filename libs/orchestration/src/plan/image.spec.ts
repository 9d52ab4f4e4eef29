import { type AppSpec, settingsHashBy } from '@nebula/domain';
import { STORE } from './paper-engine.arbitrary';
import { generationOf, PaperHost } from './paper-host.arbitrary';
import { type Attempt, printPlan, type Verdict } from './plan';

const IMAGE = 'nginx:1';
const web = (more: Partial<AppSpec> = {}): AppSpec => ({ name: 'web', image: IMAGE, networks: ['bridge'], ...more });
const HOTFIX = { env: { HOTFIX: '1' } };

/** A host on which web runs as `spec` says, at rest. */
function running(spec: AppSpec): PaperHost {
  const host = new PaperHost().hear(generationOf(spec, 1));
  host.settle();
  return host;
}

function fail(host: PaperHost, generation: number): void {
  const error = `manifest for ${IMAGE} not found`;
  const common = { failures: 1, retryAt: host.now + 500, reason: 'image-pull-failed' } as const;
  host.attempts.set('web', new Map([['image', { generation, error, ...common } satisfies Attempt]]));
}

const text = (host: PaperHost): string => printPlan(host.plan());
const verdict = (host: PaperHost): Verdict => host.plan().apps[0]!.verdict;
const images = (host: PaperHost): string[] => [...host.containers.values()].map(({ imageId }) => imageId);
const PULL = 'fetch-image nginx:1 pull';
const LOOK = 'fetch-image nginx:1 local';

describe('an image', () => {
  it('is asked for by policy always when stop changes, also where it was remembered by the first form of the hash', () => {
    const spec = web({ pullPolicy: 'always' });
    const host = running(spec);
    const settings = settingsHashBy(1, generationOf(spec, 1))!;
    host.memory.set('web', { ...host.memory.get('web')!, settings });
    host.settle();
    host.hear(generationOf({ ...spec, stop: { graceSeconds: 40 } }, 2));
    expect(text(host)).toContain(PULL);
  });

  it('is not looked for at a take-over, though its tag names another by now; with a restart since it is', () => {
    const host = new PaperHost().hear(generationOf(web(), 3, { restartedAt: 3 }));
    host.settle();
    host.images.set(IMAGE, 'moved');
    host.memory.clear();
    const next = `${STORE.replace('1', '2')}~1000`;
    host.desired.hearSnapshot(next, { groups: [], apps: [generationOf(web(), 1)] }, host.desired.baseline([]));
    expect(text(host)).toBe('');
    host.desired.hearApp(next, generationOf(web(), 2, { restartedAt: 2 }));
    expect(text(host)).toContain(LOOK);
  });
});

describe.each(['ifMissing', 'always'] as const)('a pull that is owed, with policy %s,', (pullPolicy) => {
  const owed = (): PaperHost => {
    const host = running(web({ pullPolicy })).hear(generationOf(web({ pullPolicy }), 2, { pulledAt: 2 }));
    fail(host, 2);
    return host;
  };

  it('holds up no change of settings', () => {
    const host = owed().hear(generationOf(web({ pullPolicy, ...HOTFIX }), 3, { pulledAt: 2 }));
    const plan = text(host);
    expect(plan).toContain('create web-1.g3: settings changed');
    expect(plan).toContain(`${PULL}: pull was asked for`);
  });

  it('is told as owed by the app that otherwise is as it should be, and is tried again', () => {
    const host = owed().hear(generationOf(web({ pullPolicy, ...HOTFIX }), 3, { pulledAt: 2 }));
    fail(host, 3);
    host.carryOut(host.plan());
    host.now += 1100;
    expect(verdict(host)).toMatchObject({
      state: 'failed',
      reason: 'image-pull-failed',
      error: `the pull that was asked for is still owed: manifest for ${IMAGE} not found`,
    });
    expect(text(host)).toBe(`web 3\n  0 ${PULL}: pull was asked for`);
    host.images.set(IMAGE, 'newer image');
    host.settle();
    expect(images(host)).toEqual(['newer image']);
  });

  it('lets trouble of a container be told first', () => {
    const host = owed();
    const [only] = host.containers.values();
    host.containers.set(only!.id, { ...only!, state: 'restarting', exitCode: 3, restartCount: 4 });
    expect(verdict(host)).toMatchObject({ state: 'failed', reason: 'restarting' });
  });

  it('holds up no restart, and no stop and start', () => {
    const host = owed().hear(generationOf(web({ pullPolicy }), 3, { pulledAt: 2, restartedAt: 3 }));
    if (pullPolicy === 'ifMissing') host.carryOut(host.plan());
    expect(text(host)).toContain('create web-1.g3: settings changed');
    host.hear(generationOf(web({ pullPolicy, running: false }), 4, { pulledAt: 2, restartedAt: 3 }));
    while (host.containers.size > 0) host.carryOut(host.plan());
    host.hear(generationOf(web({ pullPolicy }), 5, { pulledAt: 2, restartedAt: 3 }));
    if (pullPolicy === 'ifMissing') host.carryOut(host.plan());
    expect(text(host)).toContain('create web-1: not found');
  });

  it('comes first when nothing of it was tried yet, so that containers are replaced once', () => {
    const host = running(web({ pullPolicy })).hear(generationOf(web({ pullPolicy, ...HOTFIX }), 3, { pulledAt: 2 }));
    expect(text(host)).toBe(`web 3\n  0 ${PULL}: pull was asked for`);
  });

  it('is no longer waited for when it has failed for these very settings', () => {
    const host = running(web({ pullPolicy })).hear(generationOf(web({ pullPolicy, ...HOTFIX }), 2, { pulledAt: 2 }));
    fail(host, 2);
    expect(text(host)).toContain('create web-1.g2: settings changed');
  });

  it('is no longer waited for when containers of these settings are there', () => {
    const host = owed().hear(generationOf(web({ pullPolicy, ...HOTFIX }), 3, { pulledAt: 2 }));
    host.carryOut(host.plan(), undefined, 5);
    host.attempts.clear();
    host.memory.set('web', { ...host.memory.get('web')!, settings: 'of before', pulledAt: 0 });
    const [only] = host.containers.values();
    host.state(only!.id, 'exited');
    expect(text(host)).toContain('start web-1: it is exited');
  });
});

describe('a pull that is under way for an earlier generation', () => {
  it.each([
    ['ifMissing', true],
    ['always', false],
  ] as const)('with policy %s lets a later change go on: %s', (pullPolicy, goesOn) => {
    const host = running(web({ pullPolicy })).hear(generationOf(web({ pullPolicy, ...HOTFIX }), 3, { pulledAt: 2 }));
    host.fetching.set('web', 2);
    expect(text(host).includes('create web-1.g3')).toBe(goesOn);
    expect(text(host)).not.toContain(PULL);
  });

  it('does not let a change go on that came with it', () => {
    const host = running(web()).hear(generationOf(web(HOTFIX), 2, { pulledAt: 2 }));
    host.fetching.set('web', 2);
    expect(text(host)).toBe('');
  });
});

it('new settings with policy always go on with the image that is there once their pull has failed, and owe it', () => {
  const host = running(web({ pullPolicy: 'always' })).hear(generationOf(web({ pullPolicy: 'always', ...HOTFIX }), 2));
  expect(text(host)).toBe(`web 2\n  0 ${PULL}: settings changed, pull policy always`);
  fail(host, 2);
  host.images.set(IMAGE, 'newer image');
  expect(text(host)).toContain('create web-1.g2: settings changed');
  expect(verdict(host).error).toMatch(/^the pull that was asked for is still owed: /);
  host.settle();
  expect(images(host)).toEqual(['newer image']);
});

it('a new reference waits for its image, however often that has failed', () => {
  const host = running(web()).hear(generationOf(web({ image: 'nginx:2' }), 2));
  fail(host, 2);
  expect(text(host)).toBe('');
  expect(verdict(host).error).not.toContain('owed');
});

describe('policy never', () => {
  const never = (more: Partial<AppSpec> = {}): AppSpec => web({ pullPolicy: 'never', ...more });

  it('serves a pull that was asked for before by looking at this host', () => {
    const host = running(web()).hear(generationOf(never(HOTFIX), 3, { pulledAt: 2 }));
    fail(host, 2);
    expect(text(host)).toBe(`web 3\n  0 ${LOOK}: pull was asked for`);
    host.settle();
    expect([host.pulls, verdict(host).state]).toEqual([0, 'converged']);
  });

  it('looks although a pull of before is under way, and repairs meanwhile', () => {
    const host = running(web()).hear(generationOf(never(), 3, { pulledAt: 2 }));
    host.fetching.set('web', 2);
    const [only] = host.containers.values();
    host.state(only!.id, 'exited');
    expect(text(host)).toContain('start web-1: it is exited');
    expect(text(host)).toContain(LOOK);
  });

  it('takes what the reference names by now, or the image of before where it names none', () => {
    const host = running(never());
    host.hear(generationOf(never(), 2, { pulledAt: 2 })).settle();
    expect(images(host)).toEqual([`image of ${IMAGE}`]);
    host.images.set(IMAGE, 'moved by hand');
    host.hear(generationOf(never(), 3, { pulledAt: 3 })).settle();
    expect(images(host)).toEqual(['moved by hand']);
    host.images.delete(IMAGE);
    host.hear(generationOf(never(), 4, { pulledAt: 4 })).settle();
    expect(images(host)).toEqual(['moved by hand']);
  });
});

describe.each(['ifMissing', 'never'] as const)(
  'a tag that was moved on the host by hand, with policy %s,',
  (pullPolicy) => {
    const two = (more: Partial<AppSpec> = {}): AppSpec => web({ pullPolicy, containersPer: { host: 2 }, ...more });
    const moved = (): PaperHost => {
      const host = running(two());
      host.images.set(IMAGE, 'moved by hand');
      return host;
    };

    it('is taken by a restart, for all containers', () => {
      const host = moved().hear(generationOf(two(), 2, { restartedAt: 2 }));
      host.settle();
      expect(images(host)).toEqual(['moved by hand', 'moved by hand']);
      expect(host.pulls).toBe(0);
    });

    it('is taken by a start', () => {
      const host = moved().hear(generationOf(two({ running: false }), 2));
      host.settle();
      host.hear(generationOf(two(), 3)).settle();
      expect(images(host)).toEqual(['moved by hand', 'moved by hand']);
    });

    it('is taken by an app that was deleted and created again', () => {
      const host = moved().hear(generationOf(two(), 3, { bornAt: 3 }));
      host.settle();
      expect(images(host)).toEqual(['moved by hand', 'moved by hand']);
    });

    it('is not taken by repair, scaling, a change of settings or a lost file', () => {
      const host = moved();
      const [first] = host.containers.keys();
      host.containers.delete(first!);
      host.hear(generationOf(two({ containersPer: { host: 3 }, ...HOTFIX }), 2)).settle();
      host.memory.clear();
      host.settle();
      expect(new Set(images(host))).toEqual(new Set([`image of ${IMAGE}`]));
    });

    it('is not asked for when the worker’s file is of a version that did not keep the last restart', () => {
      const host = running(two()).hear(generationOf(two(), 2, { restartedAt: 2 }));
      host.settle();
      const { life, ...older } = host.memory.get('web')!;
      expect(life).toBe('1.2');
      host.memory.set('web', older);
      expect(text(host)).toBe('');
      expect(host.plan().apps[0]!.image).toMatchObject({ life: '1.2' });
    });
  },
);
