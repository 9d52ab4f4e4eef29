import { RuntimeError } from '../runtime';
import { generationOf, ScriptedHost, SWEEP_MS, tombstoneOf, web } from './scripted-host.arbitrary';

describe('the loop', () => {
  let host: ScriptedHost;
  const changes = (): string[] => host.runtime.journal.changes();

  beforeEach(async () => {
    host = await new ScriptedHost().start();
  });
  afterEach(async () => {
    await host.stop();
    expect(host.errors).toEqual([]);
    expect(host.clock.pending).toBe(0);
  });

  describe('brings a change about:', () => {
    it('a new app, with its network', async () => {
      await host.has(web({ containersPer: { host: 2 } }));
      expect(host.seen()).toEqual(['web-1 running', 'web-2 running']);
      const network = host.runtime.machine.networks.find('nebula')!;
      expect(network.labels).toEqual({ 'nebula.installation': 'shop' });
      expect(host.of().map(({ networks }) => networks.map(({ id }) => id))).toEqual([[network.id], [network.id]]);
      expect(host.report()).toMatchObject({ state: 'converged', generation: 1 });
      expect(host.report().containers).toHaveLength(2);
    });

    it('another count, which touches none of those that stay', async () => {
      await host.has(web({ containersPer: { host: 1 } }));
      const [first] = host.ids();
      await host.has(web({ containersPer: { host: 5 } }), 2);
      expect(host.seen()).toHaveLength(5);
      await host.has(web({ containersPer: { host: 2 } }), 3);
      expect(host.seen()).toEqual(['web-1 running', 'web-2 running']);
      expect(host.ids()[0]).toBe(first);
      expect(host.runtime.journal.count('pull')).toBe(1);
    });

    it('other settings, of this app only', async () => {
      host.push('db:1');
      await host.has(web());
      await host.has({ name: 'db', image: 'db:1' });
      const [before, db] = [host.ids(), host.ids('db')];
      await host.has(web({ env: { LEVEL: 'debug' } }), 2);
      expect(host.ids()).not.toEqual(before);
      expect(host.ids('db')).toEqual(db);
      expect(host.of()[0]!.spec.settings.env).toEqual({ LEVEL: 'debug' });
    });

    it('another image', async () => {
      await host.has(web());
      const id = host.push('web:2');
      await host.has(web({ image: 'web:2' }), 2);
      expect(host.of().map(({ spec }) => spec.imageId)).toEqual([id]);
    });

    it('stop, start and delete', async () => {
      await host.has(web());
      await host.has(web({ running: false }), 2);
      expect(host.seen()).toEqual([]);
      await host.has(web(), 3);
      expect(host.seen()).toEqual(['web-1 running']);
      await host.hear(tombstoneOf('web', 4));
      await host.converged('web', 4);
      expect(host.seen()).toEqual([]);
      expect(host.report()).toEqual({ app: 'web', generation: 4, state: 'converged', leaving: true, containers: [] });
    });

    it('delete and create again at once', async () => {
      await host.has(web());
      const before = host.ids();
      await host.hear(tombstoneOf('web', 2), generationOf(web(), 3, { bornAt: 3 }));
      await host.converged('web', 3);
      expect(host.seen()).toEqual(['web-1 running']);
      expect(host.ids()).not.toEqual(before);
    });

    it('one that needs no new container, without any', async () => {
      await host.has(web());
      host.runtime.journal.clear();
      await host.has(web({ rolling: { maxUnavailable: 1 }, pullPolicy: 'always' }), 2);
      expect(changes()).toEqual([]);
    });
  });

  it('reads each settled app once a change, and does nothing for a day of sweeps at rest', async () => {
    await host.has(web({ containersPer: { host: 3 } }));
    host.runtime.journal.clear();
    host.told = 0;
    await host.clock.advance(24 * 3_600_000);
    const calls = host.runtime.journal;
    expect(changes()).toEqual([]);
    const named = ['info', 'list', 'networks'] as const;
    const sweeps = (24 * 3_600_000) / (SWEEP_MS * 0.9);
    for (const name of named) expect(calls.count(name)).toBeLessThanOrEqual(sweeps);
    expect(new Set(calls.calls.map(({ name }) => name))).toEqual(new Set(named));
    expect(host.told).toBeLessThanOrEqual(sweeps);
    expect(host.report().state).toBe('converged');
  }, 30_000);

  it('touches nothing while it knows no desired state', async () => {
    host.runtime.byHand.run({ name: 'foreign' });
    await host.clock.advance(10 * SWEEP_MS);
    expect(changes()).toEqual([]);
    expect(host.told).toBe(0);
  });

  describe('goes on', () => {
    it.each(['kept', 'lost'] as const)('after a restart with its file %s, and restarts nothing', async (file) => {
      await host.has(web({ containersPer: { host: 3 } }));
      const before = host.ids();
      await host.restart(file);
      host.runtime.journal.clear();
      if (file === 'lost') {
        await host.clock.advance(5000);
        expect(changes()).toEqual([]);
        await host.hear(generationOf(web({ containersPer: { host: 3 } })));
      }
      await host.converged();
      expect(changes()).toEqual([]);
      expect(host.ids()).toEqual(before);
    });

    it('when the Engine was away, and restarts nothing', async () => {
      await host.has(web({ containersPer: { host: 2 } }));
      const before = host.ids();
      host.runtime.journal.clear();
      host.runtime.script.goAway();
      await host.hear(generationOf(web({ containersPer: { host: 3 } }), 2));
      await host.clock.advance(120_000);
      expect(changes()).toEqual([]);
      host.runtime.script.comeBack();
      await host.converged('web', 2, 3000);
      expect(host.ids().slice(0, 2)).toEqual(before);
      expect(changes().filter((change) => !/^(create|start|ensureNetwork)/.test(change))).toEqual([]);
    });

    it('when the Engine went away in the middle of its work, after a pause, not in a hot loop', async () => {
      await host.has(web());
      host.runtime.journal.clear();
      // the stream stands, but the calls get no answer
      host.runtime.script.failNext('create', new RuntimeError('away', 'no answer'), 4);
      await host.hear(generationOf(web({ env: { A: '1' } }), 2));
      await host.clock.advance(5000);
      expect(host.runtime.journal.count('create')).toBeLessThan(5);
      expect(host.report()).toMatchObject({ state: 'failed', reason: 'engine-away' });
      expect(host.seen()).toEqual(['web-1 running']);
      await host.converged('web', 2, 20_000);
    });

    it('when the Engine restarted: what was stopped is started, on the bridge that has another id now', async () => {
      await host.has(web({ networks: ['bridge', 'front'] }));
      const [before] = host.ids();
      const bridge = host.runtime.machine.networks.find('bridge')!.id;
      host.runtime.machine.get('web-1').manuallyStopped = true;
      host.runtime.script.restartEngine();
      host.runtime.byHand.removeNetwork('front');
      const front = host.runtime.byHand.createNetwork('front');
      await host.clock.rest();
      await host.converged('web', undefined, 3000);
      expect([host.ids(), host.seen()]).toEqual([[before], ['web-1 running']]);
      const on = host.of()[0]!.networks.map(({ name, id }) => ({ name, id }));
      expect(on).toEqual([
        { name: 'bridge', id: expect.not.stringMatching(bridge) },
        { name: 'front', id: front },
      ]);
    });

    it('when the Engine restarted: what did not come up again by itself is brought up', async () => {
      await host.has(web({ containersPer: { host: 2 } }));
      const before = host.ids();
      host.runtime.machine.get('web-2').manuallyStopped = true;
      host.runtime.script.restartEngine();
      await host.clock.rest();
      await host.converged('web', undefined, 3000);
      expect(host.seen()).toEqual(['web-1 running', 'web-2 running']);
      expect(host.ids()).toEqual(before);
    });
  });

  it('stands aside without acting, and goes on telling what it sees', async () => {
    await host.has(web());
    await host.reconciler.pause();
    host.runtime.journal.clear();
    host.runtime.byHand.stop('web-1');
    await host.clock.advance(2000);
    expect(changes()).toEqual([]);
    expect(host.report()).toMatchObject({ state: 'converging', containers: [{ state: 'exited' }] });
    host.reconciler.resume();
    await host.converged();
    expect(host.seen()).toEqual(['web-1 running']);
  });

  it('survives a mistake of ours in the middle of a pass, and tells of it', async () => {
    await host.has(web());
    const { containers } = host.observer;
    host.observer.containers = () => {
      throw new Error('our mistake');
    };
    await host.hear(generationOf(web({ containersPer: { host: 2 } }), 2));
    expect(host.errors.splice(0)).toMatchObject([{ message: 'our mistake' }]);
    host.observer.containers = containers;
    jest.spyOn(host.executor, 'run').mockRejectedValueOnce(new Error('another one'));
    host.reconciler.wake();
    await host.clock.rest();
    expect(host.errors.splice(0)).toMatchObject([{ message: 'another one' }]);
    await host.converged('web', 2);
  });
});
