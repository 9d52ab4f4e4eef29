import { RuntimeError } from '../runtime';
import { ScriptedHost, tombstoneOf, web } from './scripted-host.arbitrary';

const db = (more: object = {}) => web({ image: 'db:1', volumes: ['/own'], ...more });

describe('anonymous volumes of a host', () => {
  let host: ScriptedHost;
  const left = (): string[] => host.runtime.machine.volumes.names();
  const mounted = (): string[] =>
    host
      .of()
      .flatMap(({ volumes }) => volumes.map(({ target, name }) => `${target} ${name}`))
      .toSorted();

  beforeEach(async () => {
    host = await new ScriptedHost().start();
    host.push('db:1', { volumes: ['/declared'] });
    host.push('db:2', { volumes: ['/declared', '/new'] });
  });
  afterEach(async () => {
    await host.stop();
    expect(host.errors).toEqual([]);
  });

  it('are the same after 20 changes, and after a delete none is left', async () => {
    await host.has(db());
    const before = mounted();
    expect(before).toHaveLength(2);
    for (let generation = 2; generation <= 21; generation++) {
      await host.has(db({ env: { N: `${generation}` } }), generation);
      expect(mounted()).toEqual(before);
      if (generation % 7 === 0) await host.restart(generation === 14 ? 'lost' : 'kept');
    }
    expect(left()).toHaveLength(2);
    await host.hear(tombstoneOf('web', 22));
    expect([host.of(), left()]).toEqual([[], []]);
    expect([...host.memory.volumes()]).toEqual([]);
  });

  it('are added and let go as images declare them, and as the app says', async () => {
    await host.has(db());
    const before = mounted();
    await host.has(db({ image: 'db:2', volumes: ['data:/declared'] }), 2);
    expect(
      host
        .of()[0]!
        .volumes.map(({ target }) => target)
        .toSorted(),
    ).toEqual(['/declared', '/new']);
    expect(left()).toHaveLength(2);
    expect(left()).toContain('data');
    expect(before.some((each) => mounted().includes(each))).toBe(false);
  });

  it('that a container of an earlier worker has are kept as well', async () => {
    await host.has(db());
    const before = mounted();
    await host.restart('lost');
    await host.has(db({ env: { A: '1' } }), 2);
    expect(mounted()).toEqual(before);
  });

  it('come back to a container that was removed by hand, or that the Engine lost while it was started', async () => {
    await host.has(db());
    const before = mounted();
    host.runtime.byHand.remove('web-1');
    await host.converged();
    expect(mounted()).toEqual(before);
    expect(left()).toHaveLength(2);
  });

  it('go in the next life of the worker, when it was killed between a container and its volumes', async () => {
    await host.has(db({ containersPer: { host: 2 } }));
    host.runtime.script.failNext('removeVolume', new RuntimeError('refused', 'killed'), 4);
    await host.hear(tombstoneOf('web', 2));
    expect([host.of(), left().length]).toEqual([[], 4]);
    await host.restart('kept');
    expect(left()).toEqual([]);
    expect(host.report()).toMatchObject({ generation: 2, state: 'converged' });
  });

  it('that the Engine will not remove are tried again, and the app has not left until then', async () => {
    await host.has(db());
    host.runtime.script.failNext('removeVolume', new RuntimeError('conflict', 'volume is in use'), 2);
    await host.hear(tombstoneOf('web', 2));
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'remove-failed', error: 'volume is in use' });
    await host.clock.until('no volume is left', () => left().length === 0, 10_000);
    expect(host.report()).toMatchObject({ generation: 2, state: 'converged' });
  });

  it('have left with the app, where another worker took all away while this one stood aside', async () => {
    await host.has(db());
    await host.reconciler.pause();
    host.runtime.byHand.remove('web-1');
    for (const name of left()) await host.runtime.removeVolume(name);
    await host.hear(tombstoneOf('web', 2));
    expect(host.report()).toMatchObject({ generation: 2, state: 'converged' });
  });

  it('ask the Engine nothing at rest', async () => {
    await host.has(db());
    const before = host.runtime.journal.changes().length;
    const looks = host.runtime.journal.count('volumesLabelled') + host.runtime.journal.count('volumeLabels');
    await host.clock.advance(3_600_000);
    expect(host.runtime.journal.changes()).toHaveLength(before);
    expect(looks).toBe(0);
  });
});
