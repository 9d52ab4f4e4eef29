import { code, eventually, listen, newName, never, running, specOf, type UnderTest } from './under-test.contract';

export function watchContract(underTest: UnderTest): void {
  describe('watching', () => {
    it('begins with a resync', async () => {
      const listener = await listen(underTest());
      await listener.end();
      expect(listener.events[0]).toEqual({ kind: 'resync' });
      expect(listener.losses).toEqual([]);
    });

    it('tells whatever happens to a container', async () => {
      const t = underTest();
      const listener = await listen(t);
      const id = await t.runtime.create(specOf(t));
      await listener.heard(id, 'create');
      await t.runtime.start(id);
      await listener.heard(id, 'start');
      await t.byHand.pause(id);
      await listener.heard(id, 'pause');
      await t.runtime.unpause(id);
      await listener.heard(id, 'unpause');
      await t.runtime.rename(id, newName(t));
      await listener.heard(id, 'rename');
      await t.byHand.update(id);
      await listener.heard(id, 'update');
      await t.byHand.stop(id);
      await listener.heard(id, 'die');
      await listener.heard(id, 'stop');
      await t.runtime.remove(id);
      await listener.heard(id, 'destroy');
      await listener.end();
    });

    it('tells the exit code of what ends, and that there was no memory', async () => {
      const t = underTest();
      const listener = await listen(t);
      const [exits, hog] = await Promise.all([running(t, t.programs.exits), running(t, t.programs.hog)]);
      expect(await listener.heard(exits, 'die')).toMatchObject({ exitCode: 3 });
      expect(await listener.heard(hog, 'die')).toMatchObject({ exitCode: 137 });
      await listener.heard(hog, 'oom');
      expect(await listener.heard(exits, 'start')).not.toHaveProperty('exitCode');
      await listener.end();
    });

    it('tells the health of a container', async () => {
      const t = underTest();
      const listener = await listen(t);
      const id = await running(t, { healthCheck: { test: ['CMD', 'true'], intervalSeconds: 1 } });
      await listener.heard(id, 'health_status');
      await listener.end();
    });

    it('tells that a container went off a network, of the container alone', async () => {
      const t = underTest();
      const network = await t.runtime.ensureNetwork(newName(t, 'n'), {});
      const id = await running(t, {}, { networks: [network] });
      const listener = await listen(t);
      await t.byHand.disconnect(id, network);
      await listener.heard(id, 'disconnect');
      await listener.end();
      expect(listener.events.filter((event) => event.kind === 'network' && event.id === network)).toEqual([]);
    });

    it('tells of networks and volumes that come and go', async () => {
      const t = underTest();
      const listener = await listen(t);
      const name = newName(t, 'v');
      await t.runtime.ensureVolume(name, {});
      await t.runtime.removeVolume(name);
      const id = await t.runtime.ensureNetwork(newName(t, 'n'), {});
      const has = (wanted: object) =>
        eventually(
          () => listener.events.find((e) => Object.entries(wanted).every(([k, v]) => v === e[k as keyof typeof e])),
          JSON.stringify(wanted),
        );
      await has({ kind: 'volume', name, action: 'create' });
      await has({ kind: 'volume', name, action: 'destroy' });
      await has({ kind: 'network', id, action: 'create' });
      await listener.end();
    });

    it('loses nothing that happens after the resync', async () => {
      const t = underTest();
      const controller = new AbortController();
      const seen: string[] = [];
      let id = '';
      for await (const event of t.runtime.watch(controller.signal, () => undefined)) {
        if (event.kind === 'resync') id = await t.runtime.create(specOf(t));
        if (event.kind === 'container' && event.id === id) seen.push(event.action);
        if (seen.length > 0) break;
      }
      expect(seen).toEqual(['create']);
    });

    it('says when the Engine is away, and resyncs when it is back', async () => {
      const t = underTest();
      const listener = await listen(t);
      await t.engine.goAway();
      await eventually(() => listener.losses[0], 'the loss');
      await expect(t.runtime.list()).rejects.toEqual(code('away'));
      const before = listener.events.length;
      await t.engine.comeBack();
      const next = await eventually(() => listener.events[before], 'the next event');
      expect(next).toEqual({ kind: 'resync' });
      const id = await t.runtime.create(specOf(t));
      await listener.heard(id, 'create');
      await listener.end();
    });

    it('ends when it is told to, also while the Engine is away', async () => {
      const t = underTest();
      const listener = await listen(t);
      await t.engine.goAway();
      await eventually(() => listener.losses[0], 'the loss');
      await listener.end();
      await t.engine.comeBack();
      const over = new AbortController();
      over.abort();
      for await (const event of t.runtime.watch(over.signal, () => undefined)) throw new Error(`heard ${event.kind}`);
    });
  });

  describe('an Engine that is away', () => {
    it('fails every call with `away`', async () => {
      const t = underTest();
      await t.engine.goAway();
      const { runtime } = t;
      const id = 'f'.repeat(64);
      const calls: Promise<unknown>[] = [
        runtime.info(),
        runtime.list(),
        runtime.inspect(id),
        runtime.networks(),
        runtime.findImage(t.image.reference),
        runtime.pull(t.image.reference, undefined, never()),
        runtime.create(specOf(t)),
        runtime.start(id),
        runtime.stop(id, { signal: null, graceSeconds: 1 }, never()),
        runtime.stop(id, { signal: 'SIGUSR1', graceSeconds: 1 }, never()),
        runtime.unpause(id),
        runtime.rename(id, newName(t)),
        runtime.remove(id),
        runtime.connect(id, id),
        runtime.ensureNetwork(newName(t, 'n'), {}),
        runtime.logs(id, { lines: 1, bytes: 10 }),
        runtime.ensureVolume(newName(t, 'v'), {}),
        runtime.removeVolume(newName(t, 'v')),
        runtime.volumeLabels(newName(t, 'v')),
      ];
      const results = await Promise.allSettled(calls);
      await t.engine.comeBack();
      for (const result of results) expect(result).toEqual({ status: 'rejected', reason: code('away') });
    });
  });
}
