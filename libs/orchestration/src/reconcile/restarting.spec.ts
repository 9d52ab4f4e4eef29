import type { AppState } from '@nebula/domain';
import { generationOf, ScriptedHost, web } from './scripted-host.arbitrary';

/** With the settle time that a worker has by default. */
describe('what a host says of containers that end', () => {
  let host: ScriptedHost;
  beforeEach(async () => {
    host = await new ScriptedHost({ settleMs: 5000 }).start();
  });
  afterEach(async () => {
    await host.stop();
    expect(host.errors).toEqual([]);
  });

  /** Every state that is told, from the present one on, each once for as long as it lasts. */
  async function statesFor(ms: number): Promise<AppState[]> {
    const states: AppState[] = [];
    host.onTold = (): void => {
      const { state } = host.report();
      if (state !== states.at(-1)) states.push(state);
    };
    host.onTold();
    await host.clock.advance(ms);
    return states;
  }

  const hears = async (exitAfterMs: number, more: object = {}): Promise<void> => {
    host.push('ends:1', { exitAfterMs, exitCode: 3, log: 'no license found\n', ...more });
    await host.hear(generationOf(web({ image: 'ends:1' })));
  };
  const failed = (error: string | RegExp, reason = 'restarting') => ({
    ...{ state: 'failed', reason, container: 'web-1', log: 'no license found' },
    error: expect.stringMatching(error),
  });

  it('that runs `sleep 1; exit 3` is failed, and never converged', async () => {
    await hears(1000);
    expect(await statesFor(300_000)).toEqual(['converging', 'failed']);
    expect(host.report()).toMatchObject(failed(/^container "web-1" ended with exit code 3, restarted \d+ times$/));
  });

  it.each([5100, 12_000, 15_000])('that exits after %i ms is failed steadily, once it did', async (ms) => {
    await hears(ms);
    expect(await statesFor(600_000)).toEqual(['converging', 'converged', 'failed']);
    expect(host.report()).toMatchObject(failed(/exit code 3, restarted \d+ times/));
  });

  it('that ended once is believed after twice its life, and at the most after a minute', async () => {
    host.push('long:1');
    await host.has(web({ image: 'long:1' }));
    await host.clock.advance(86_400_000);
    host.runtime.byHand.exit('web-1', 7);
    await host.clock.advance(59_000);
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'restarting' });
    expect(host.report().error).toContain('exit code 7, restarted once');
    expect(await host.converged()).toBeLessThanOrEqual(1200);
    expect(host.clock.pending).toBeLessThanOrEqual(1);
  }, 30_000);

  it('is told with its exit code also where no look saw it down', async () => {
    await hears(12_000);
    await host.clock.advance(1000);
    host.runtime.script.latencyMs = 150; // longer than the Engine waits until it starts it again
    await host.clock.advance(30_000);
    expect(host.of()[0]).toMatchObject({ state: 'running', exitCode: 0 });
    expect(host.report()).toMatchObject(failed(/exit code 3, restarted 2 times/));
  });

  it.each(['kept', 'lost'] as const)('is the same after a restart of the worker, its file %s', async (file) => {
    await hears(12_000);
    await host.clock.advance(40_000);
    await host.restart(file);
    if (file === 'lost') await host.hear(generationOf(web({ image: 'ends:1' })));
    expect(await statesFor(120_000)).toEqual(['failed']);
    expect(host.report()).toMatchObject(failed('exit code 3'));
  });

  it('is nothing that a new worker says of what has run for long enough', async () => {
    await host.has(web({ containersPer: { host: 2 } }));
    host.runtime.byHand.exit('web-1', 1);
    await host.converged('web', 1, 61_000);
    host.runtime.machine.get('web-1').restartCount = 40;
    await host.restart('kept');
    expect(host.report().state).toBe('converged');
    expect(await statesFor(120_000)).toEqual(['converged']);
  });

  it('is no matter of a restart by hand, or of the Engine', async () => {
    await host.has(web());
    await host.clock.advance(2000);
    host.runtime.byHand.stop('web-1');
    host.runtime.byHand.start('web-1');
    expect(await statesFor(10_000)).not.toContain('failed');
    host.runtime.script.restartEngine();
    await host.clock.advance(1000);
    expect(await statesFor(60_000)).not.toContain('failed');
  });

  it('is told of also where Nebula starts it again and again', async () => {
    await host.has(web());
    for (let times = 0; times < 3; times++) {
      await host.clock.advance(2000);
      host.runtime.byHand.kill('web-1');
      await host.clock.rest();
    }
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'restarting' });
    expect(host.report().error).toContain('was ended by signal SIGKILL (exit code 137), restarted 3 times');
    expect(await host.converged('web', 1, 20_000)).toBeGreaterThan(9000);
  });

  it('for want of memory says so, with the limit', async () => {
    host.push('hog:1', { exitAfterMs: 12_000, outOfMemory: true, log: 'no license found\n' });
    await host.hear(generationOf(web({ image: 'hog:1', resources: { memoryMiB: 64 } })));
    await host.clock.advance(60_000);
    const error = /was killed by the kernel: out of memory, limit 64 MiB, restarted \d times/;
    expect(host.report()).toMatchObject(failed(error, 'out-of-memory'));
    expect(await statesFor(120_000)).toEqual(['failed']);
    expect(host.report().reason).toBe('out-of-memory');
  });

  it('because their program is for another processor says so', async () => {
    await hears(50, { exitCode: 255, log: 'exec /serve: exec format error\n' });
    await host.clock.advance(2000);
    expect(host.report().error).toMatch(/exit code 255, restarted \d+ times: its program is made for another kind of/);
  });

  it('because there is no program says so', async () => {
    const text = 'runc create failed: exec: "serve": executable file not found in $PATH: unknown';
    host.push('none:1', { startError: text });
    await host.hear(generationOf(web({ image: 'none:1' })));
    const error = `its program is not in the image: ${text}`;
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'start-failed', error });
  });

  it('counts what comes back after a second, and what is new after five', async () => {
    await host.hear(generationOf(web()));
    expect(await host.converged('web', 1)).toBe(5000);
    host.runtime.byHand.kill('web-1');
    expect(await host.converged()).toBeLessThanOrEqual(1100);
    await host.hear(generationOf(web({ env: { A: '1' } }), 2));
    expect(await host.converged('web', 2)).toBeGreaterThanOrEqual(5000);
    await host.hear(generationOf(web({ env: { A: '1' }, containersPer: { host: 3 } }), 3));
    expect(await host.converged('web', 3)).toBeLessThanOrEqual(1100);
  });
});
