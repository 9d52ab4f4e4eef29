import { generationOf, ScriptedHost, SWEEP_MS, web } from './scripted-host.arbitrary';

const NOT_KEPT = 'the Engine does not keep the memory limit';
const limited = web({ resources: { memoryMiB: 64, cpus: 1 } });

describe('an Engine that does not keep what it is told', () => {
  let host: ScriptedHost;
  const made = (): number => host.runtime.journal.count('create');

  beforeEach(async () => {
    host = await new ScriptedHost().start();
    host.runtime.machine.keepsMemoryLimits = false;
  });
  afterEach(async () => {
    await host.stop();
    expect(host.errors).toEqual([]);
  });

  it('is given a container once, and the app has converged', async () => {
    await host.has(limited);
    const before = host.ids();
    await host.clock.advance(25 * SWEEP_MS);
    expect(host.ids()).toEqual(before);
    expect(made()).toBe(1);
    expect(host.report().state).toBe('converged');
  });

  it("is told of in the app's report, in the Engine's own words too", async () => {
    await host.has(limited);
    expect(host.report().warnings).toEqual([
      NOT_KEPT,
      expect.stringMatching(/^the Engine says: .*does not support memory limit/),
    ]);
    await host.hear(generationOf(web(), 2));
    await host.converged('web', 2);
    expect(host.report()).not.toHaveProperty('warnings');
  });

  it('has each change by hand repaired, the same one the second time too', async () => {
    await host.has(limited);
    for (const times of [2, 3]) {
      host.runtime.byHand.update('web-1', { nanoCpus: 5e8 });
      await host.clock.advance(2000);
      await host.converged();
      expect(made()).toBe(times);
      expect(host.of()[0]!.limits.nanoCpus).toBe(1e9);
    }
    await host.clock.advance(25 * SWEEP_MS);
    expect(made()).toBe(3);
  });

  it.each(['kept', 'lost'] as const)('makes no new container for a new worker whose file is %s', async (file) => {
    await host.has(limited);
    await host.restart(file);
    if (file === 'lost') await host.hear(generationOf(limited));
    await host.converged();
    await host.clock.advance(2 * SWEEP_MS);
    expect(made()).toBe(1);
    expect(host.report().warnings).toContain(NOT_KEPT);
  });

  it('is asked for a new container when one was changed while no worker was there', async () => {
    await host.has(limited);
    const before = host.memory.save();
    await host.stop();
    host.runtime.byHand.update('web-1', { nanoCpus: 5e8 });
    await host.start(before);
    await host.converged();
    await host.clock.advance(2 * SWEEP_MS);
    expect(made()).toBe(2);
  });

  it('may drop a limit at the start of a container only', async () => {
    host.runtime.machine.keepsMemoryLimits = true;
    host.runtime.script.failNext('start', new Error('not now') as never);
    await host.hear(generationOf(limited));
    await host.observer.refresh(host.ids());
    expect(host.seen()).toEqual(['web-1 created']);
    host.runtime.machine.keepsMemoryLimits = false;
    host.of()[0]!.limits.memory = 0;
    await host.converged();
    await host.clock.advance(12 * SWEEP_MS);
    expect(made()).toBe(1);
  });

  it('is not remembered longer than its containers', async () => {
    await host.has(limited);
    await host.hear(generationOf(web(), 2));
    await host.converged('web', 2);
    await host.clock.advance(SWEEP_MS);
    expect(Object.keys(host.memory.save().makings ?? {})).toEqual(host.ids());
  });
});
