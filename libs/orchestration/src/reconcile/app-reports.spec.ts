import { LIMITS } from '@nebula/domain';
import { generationOf, ScriptedHost, STORE, tombstoneOf, web } from './scripted-host.arbitrary';

describe('what is told of the apps of a host', () => {
  let host: ScriptedHost;
  const labels = (more: Record<string, string> = {}): Record<string, string> => ({
    'nebula.installation': 'shop',
    'nebula.store': STORE,
    'nebula.app': 'web',
    'nebula.generation': '7',
    'nebula.ordinal': '1',
    'nebula.settings': '1:x',
    ...more,
  });

  beforeEach(async () => {
    host = await new ScriptedHost().start();
  });
  afterEach(() => host.stop());

  it('is a row for each container, by ordinal, with all that the Engine says of it', async () => {
    await host.has(web({ containersPer: { host: 11 }, ports: [8080], healthCheck: { test: ['CMD', 'true'] } }));
    const { containers } = host.report();
    expect(containers.map(({ ordinal }) => ordinal)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(containers[10]).toEqual({
      id: host.runtime.machine.get('web-11').id,
      name: 'web-11',
      ordinal: 11,
      state: 'running',
      health: 'healthy',
      image: 'web:1',
      imageId: host.of()[0]!.spec.imageId,
      generation: 1,
      ports: [{ host: 8090, container: 8080, protocol: 'tcp' }],
      startedAt: host.of()[0]!.startedAt,
      restartCount: 0,
    });
  });

  it('is cut at its limits, and says so', async () => {
    host.push('broken:1', { startError: 'x'.repeat(100_000) });
    await host.hear(generationOf(web({ image: 'broken:1' })));
    const { error, containers } = host.report();
    expect(error).toHaveLength(LIMITS.errorText);
    expect(error).toMatch(/x … \(cut\)$/);
    expect(containers[0]!.lastError).toHaveLength(LIMITS.errorText);
  });

  it('has a deleted app as leaving, also when its last container is gone: it is nothing that the host should run', async () => {
    host.push('deaf:1', { stopAfterMs: Infinity });
    await host.has(web({ image: 'deaf:1', stop: { graceSeconds: 5 } }));
    await host.hear(tombstoneOf('web', 2));
    expect(host.report()).toMatchObject({ generation: 2, state: 'converging', leaving: true });
    expect(host.report().containers).toHaveLength(1);
    await host.converged('web', 2);
    expect(host.report()).toMatchObject({ state: 'converged', leaving: true, containers: [] });
  });

  it('has at the most the newest 500 of deleted apps', async () => {
    const deleted = Array.from({ length: 600 }, (_, index) => tombstoneOf(`app-${index}`, 2));
    await host.hear(...deleted);
    expect(host.reports.size).toBe(500);
    expect(host.reports.has('app-599')).toBe(true);
    expect(host.reports.has('app-99')).toBe(false);
  });

  it.each([
    ['other-store', { 'nebula.store': 'store-2' }, 'its containers are of another store: they are kept as they are'],
    ['not-listed', {}, 'the store does not know this app: its containers are kept as they are'],
  ])('has containers that are kept, with the reason %s', async (reason, more, error) => {
    const id = host.runtime.byHand.run({ name: 'kept', labels: labels(more) });
    host.runtime.byHand.run({ name: 'kept-too', labels: labels({ ...more, 'nebula.ordinal': '2' }) });
    await host.hear(generationOf(web({ name: 'db' })));
    expect(host.report()).toMatchObject({ app: 'web', generation: 7, state: 'failed', reason, error });
    expect(host.report().containers.map(({ name }) => name)).toEqual(['kept', 'kept-too']);
    expect(host.runtime.machine.get(id).state).toBe('running');
  });

  it('has copies of an app that nobody wants here, with which nothing is wrong', async () => {
    host.runtime.byHand.run({ name: 'copy', labels: labels({ 'nebula.made': '2020-01-01T00:00:00.000Z' }) });
    await host.hear(generationOf(web({ name: 'db' })));
    const row = expect.objectContaining({ name: 'copy', kept: 'copied', generation: 7 });
    expect(host.report()).toEqual({ app: 'web', generation: 7, state: 'converged', containers: [row] });
    host.runtime.byHand.run({ name: 'kept', labels: labels({ 'nebula.ordinal': '2' }) });
    await host.clock.rest();
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'not-listed' });
    expect(host.report().containers.map(({ kept }) => kept)).toEqual(['not-listed', 'copied']);
  });

  it('has no more rows than a message takes, however many copies there are', async () => {
    const made = { 'nebula.made': '2020-01-01T00:00:00.000Z' };
    for (let n = 0; n <= LIMITS.containersOfAppOnHost; n++) {
      host.runtime.byHand.run({ name: `copy-${n}`, labels: labels(made) });
    }
    await host.has(web());
    expect(host.report().containers).toHaveLength(LIMITS.containersOfAppOnHost);
    expect(host.report().containers[0]).toMatchObject({ name: 'web-1' });
  });

  it('has those of a newer generation than the store knows, and puts nothing beside them', async () => {
    host.runtime.byHand.run({ name: 'web-1', labels: labels() });
    await host.hear(generationOf(web({ containersPer: { host: 3 } }), 5));
    await host.clock.advance(5000);
    expect(host.report()).toMatchObject({ generation: 5, state: 'failed', reason: 'older-store' });
    expect(host.report().containers.map(({ name }) => name)).toEqual(['web-1']);
    expect(host.runtime.journal.count('create')).toBe(0);
  });

  it('has a new app that wants the name of a container of another store failed with that reason', async () => {
    host.runtime.byHand.run({ name: 'web-1', labels: labels({ 'nebula.store': 'store-2', 'nebula.app': 'web' }) });
    await host.hear(generationOf(web()));
    expect(host.report()).toMatchObject({ generation: 1, state: 'failed', reason: 'other-store' });
    expect(host.report().containers).toHaveLength(1);
  });

  it('is silent on containers of other installations, and of those that only look like ours', async () => {
    host.runtime.byHand.run({ name: 'theirs', labels: labels({ 'nebula.installation': 'other' }) });
    host.runtime.byHand.run({ name: 'odd', labels: labels({ 'nebula.generation': 'NaN' }) });
    await host.hear(generationOf(web({ name: 'db' })));
    expect([...host.reports.keys()]).toEqual(['db']);
  });

  it('does not change from look to look while nothing changes', async () => {
    host.push('broken:1', { startError: 'no such file' });
    await host.hear(generationOf(web({ image: 'broken:1' })));
    await host.clock.advance(20_000);
    const tries = host.runtime.journal.count('start');
    const told = new Set<string>();
    while (host.runtime.journal.count('start') === tries) {
      told.add(JSON.stringify(host.report()));
      host.reconciler.wake();
      await host.clock.advance(7);
    }
    expect(told.size).toBe(1);
  });
});
