import { code, eventually, never, running, seen, type UnderTest } from './under-test.contract';

export function stopContract(underTest: UnderTest): void {
  describe('stopping a container', () => {
    it('sends its own signal when no other is asked for', async () => {
      const t = underTest();
      const stop = { signal: 'SIGUSR1', graceSeconds: 10 };
      const id = await running(t, { ...t.programs.hearsUsr1, stop });
      await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'exited', exitCode: 7 });
    });

    it.each(['SIGUSR1', 'usr1'])('sends the signal %s that is asked for, and leaves it stopped', async (signal) => {
      const t = underTest();
      const id = await running(t, t.programs.hearsUsr1);
      await t.runtime.stop(id, { signal, graceSeconds: 10 }, never());
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'exited', exitCode: 7, restartCount: 0 });
    });

    it.each([null, 'SIGUSR1'])('kills what does not hear %s when the grace is over', async (signal) => {
      const t = underTest();
      const id = await running(t, t.programs.deaf);
      const began = Date.now();
      await t.runtime.stop(id, { signal, graceSeconds: 1 }, never());
      expect(Date.now() - began).toBeGreaterThanOrEqual(900);
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137, restartCount: 0 });
    });

    it('takes its own signal and grace when nobody knows better, and kills it then', async () => {
      const t = underTest();
      const deaf = await running(t, { ...t.programs.deaf, stop: { signal: null, graceSeconds: 1 } });
      const hears = await running(t, { ...t.programs.hearsUsr1, stop: { signal: 'SIGUSR1', graceSeconds: 30 } });
      const began = Date.now();
      const own = { signal: null, graceSeconds: null };
      await Promise.all([t.runtime.stop(deaf, own, never()), t.runtime.stop(hears, own, never())]);
      expect(Date.now() - began).toBeGreaterThanOrEqual(900);
      expect(Date.now() - began).toBeLessThan(9000);
      expect(await t.runtime.inspect(deaf)).toMatchObject({ state: 'exited', exitCode: 137 });
      expect(await t.runtime.inspect(hears)).toMatchObject({ state: 'exited', exitCode: 7 });
      await expect(t.runtime.stop('f'.repeat(64), own, never())).rejects.toEqual(code('not-found'));
    });

    it('takes its own grace with a signal of the caller’s', async () => {
      const t = underTest();
      const id = await running(t, { ...t.programs.deaf, stop: { signal: null, graceSeconds: 1 } });
      await t.runtime.stop(id, { signal: 'SIGUSR1', graceSeconds: null }, never());
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'exited', exitCode: 137 });
    });

    it('takes a grace of 0 for: kill at once', async () => {
      const t = underTest();
      const id = await running(t, t.programs.deaf);
      await t.runtime.stop(id, { signal: null, graceSeconds: 0 }, never());
      expect(await t.runtime.inspect(id)).toMatchObject({ state: 'exited' });
    });

    it('lets go at once when it is aborted, and the Engine goes on', async () => {
      const t = underTest();
      const id = await running(t, t.programs.deaf);
      const caller = new AbortController();
      const stopping = t.runtime.stop(id, { signal: null, graceSeconds: 1 }, caller.signal);
      const refused = expect(stopping).rejects.toEqual(code('aborted'));
      // aborted before the Engine has the call, it would hear nothing of it
      const log = () => t.runtime.logs(id, { lines: 1, bytes: 100 });
      await eventually(async () => ((await log()) === 'heard' ? true : undefined), 'the signal');
      caller.abort();
      await refused;
      await seen(t, id, (c) => c.state === 'exited', 'its end');
    });
  });
}
