import type { ObservedContainer } from '../observed';
import { never, newName, running, seen, specOf, type UnderTest } from './under-test.contract';

export function listContract(underTest: UnderTest): void {
  describe('a list of containers, with those that are known', () => {
    const known = async (): Promise<Map<string, ObservedContainer>> =>
      new Map((await underTest().runtime.list()).map((container) => [container.id, container]));

    it('gives those back as they were seen that it tells nothing new of', async () => {
      const t = underTest();
      const network = await t.runtime.ensureNetwork(newName(t, 'n'), {});
      const well = await running(t, {}, { networks: [network] });
      const ill = await running(t, t.programs.unhealthy);
      await seen(t, ill, ({ health }) => health === 'unhealthy', 'unhealthy');
      const ended = await running(t);
      await t.runtime.stop(ended, { signal: null, graceSeconds: 10 }, never());
      const before = await known();
      const after = await t.runtime.list((id) => before.get(id));
      for (const id of [well, ill, ended]) expect(after.find((one) => one.id === id)).toBe(before.get(id));
    });

    it.each<[string, (t: ReturnType<UnderTest>, id: string, network: string) => Promise<unknown>]>([
      ['paused', (t, id) => t.byHand.pause(id)],
      ['stopped', (t, id) => t.byHand.stop(id)],
      ['renamed', (t, id) => t.runtime.rename(id, newName(t))],
      ['taken off a network', (t, id, network) => t.byHand.disconnect(id, network)],
      ['found to be ill', (t, id) => seen(t, id, ({ health }) => health === 'unhealthy', 'unhealthy')],
    ])('shows one as it is that was %s', async (what, change) => {
      const t = underTest();
      const network = await t.runtime.ensureNetwork(newName(t, 'n'), {});
      const program = what === 'found to be ill' ? t.programs.unhealthy : {};
      const id = await running(t, program, { networks: [network] });
      const before = await known();
      await change(t, id, network);
      const after = await t.runtime.list((one) => before.get(one));
      const found = after.find((container) => container.id === id);
      expect(found).not.toEqual(before.get(id));
      expect(found).toEqual(await t.runtime.inspect(id));
    });

    it('has what came, and not what went', async () => {
      const t = underTest();
      const gone = await running(t);
      const before = await known();
      await t.runtime.remove(gone);
      const made = await t.runtime.create(specOf(t));
      const after = new Map((await t.runtime.list((id) => before.get(id))).map((one) => [one.id, one]));
      expect(after.has(gone)).toBe(false);
      expect(after.get(made)).toEqual(await t.runtime.inspect(made));
    });

    it('asks for all of them when none is known', async () => {
      const t = underTest();
      const id = await running(t, { resources: { cpus: 0.25, memoryMiB: 32 } });
      await t.byHand.update(id);
      expect((await known()).get(id)).toEqual(await t.runtime.inspect(id));
    });
  });
}
