import { generationOf, ScriptedHost, web } from './scripted-host.arbitrary';

describe('an image on this host, with its registry away,', () => {
  let host: ScriptedHost;
  const pulls = (): number => host.runtime.journal.count('pull');

  beforeEach(async () => {
    host = await new ScriptedHost().start();
    await host.has(web());
    host.runtime.registry.away = 'dial tcp: connection refused';
    await host.hear(generationOf(web(), 2, { pulledAt: 2 }));
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'image-pull-failed' });
  });
  afterEach(async () => {
    await host.stop();
    expect(host.errors).toEqual([]);
  });

  const runsHotfix = (): boolean => host.of().some(({ spec, up }) => up && spec.settings.env.HOTFIX === '1');

  it('is used by a change to policy never, whatever was asked before, and nothing is fetched', async () => {
    const before = pulls();
    await host.hear(generationOf(web({ pullPolicy: 'never', env: { HOTFIX: '1' } }), 3, { pulledAt: 2 }));
    await host.converged('web', 3);
    expect(runsHotfix()).toBe(true);
    await host.clock.advance(300_000);
    expect(pulls()).toBe(before);
  });

  it('is used by a change of settings; that the pull is owed is told until it is served', async () => {
    await host.hear(generationOf(web({ env: { HOTFIX: '1' } }), 3, { pulledAt: 2 }));
    await host.clock.advance(5000);
    expect([runsHotfix(), host.seen()]).toEqual([true, ['web-1 running']]);
    expect(host.report()).toMatchObject({
      generation: 3,
      state: 'failed',
      reason: 'image-pull-failed',
      error: 'the pull that was asked for is still owed: image web:1: dial tcp: connection refused',
    });
    const id = host.push('web:1');
    host.runtime.registry.away = undefined;
    await host.converged('web', 3, 61_000);
    expect(host.of().map(({ spec }) => spec.imageId)).toEqual([id]);
    expect(runsHotfix()).toBe(true);
  });

  it('is used by a restart, and after stop and start', async () => {
    const [before] = host.ids();
    await host.hear(generationOf(web(), 3, { pulledAt: 2, restartedAt: 3 }));
    await host.clock.advance(5000);
    expect(host.seen()).toEqual(['web-1 running']);
    expect(host.ids()).not.toEqual([before]);
    await host.hear(generationOf(web({ running: false }), 4, { pulledAt: 2, restartedAt: 3 }));
    await host.converged('web', 4);
    await host.hear(generationOf(web(), 5, { pulledAt: 2, restartedAt: 3 }));
    await host.clock.advance(5000);
    expect(host.seen()).toEqual(['web-1 running']);
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'image-pull-failed' });
  });

  it('is used while a worker that began anew tries the owed pull again', async () => {
    await host.hear(generationOf(web({ env: { HOTFIX: '1' } }), 3, { pulledAt: 2 }));
    await host.restart('kept');
    host.runtime.registry.pullMs = 3_600_000;
    host.runtime.byHand.remove('web-1');
    await host.clock.advance(5000);
    expect([runsHotfix(), host.seen()]).toEqual([true, ['web-1 running']]);
  });

  it('is the one that its tag was given by hand meanwhile, after a restart', async () => {
    host.runtime.machine.images.tag('web:1', { id: 'by hand', program: {} });
    await host.hear(generationOf(web(), 3, { pulledAt: 2, restartedAt: 3 }));
    await host.clock.advance(5000);
    expect(host.of().map(({ spec }) => spec.imageId)).toEqual(['by hand']);
  });

  it('is used by new settings with policy always once their pull has failed', async () => {
    await host.hear(generationOf(web({ pullPolicy: 'always', env: { HOTFIX: '1' } }), 3));
    await host.clock.advance(5000);
    expect(runsHotfix()).toBe(true);
    host.runtime.registry.away = undefined;
    const before = host.ids();
    await host.converged('web', 3, 61_000);
    expect(host.ids()).toEqual(before);
  });
});

describe('a pull that does not end', () => {
  let host: ScriptedHost;
  beforeEach(async () => {
    host = await new ScriptedHost().start();
    await host.has(web());
    host.runtime.registry.pullMs = 3_600_000;
    await host.hear(generationOf(web(), 2, { pulledAt: 2 }));
  });
  afterEach(() => host.stop());

  it('holds up no later change', async () => {
    await host.hear(generationOf(web({ env: { HOTFIX: '1' } }), 3, { pulledAt: 2 }));
    await host.clock.advance(5000);
    expect(host.of().map(({ spec }) => spec.settings.env)).toEqual([{ HOTFIX: '1' }]);
    expect(host.report()).toMatchObject({ state: 'converging' });
  });

  it('is given up for policy never', async () => {
    await host.hear(generationOf(web({ pullPolicy: 'never' }), 3, { pulledAt: 2 }));
    await host.converged('web', 3, 2000);
    expect(host.memory.fetching('web')).toBeUndefined();
  });
});
