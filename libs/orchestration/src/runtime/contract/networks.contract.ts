import { code, never, newName, type RuntimeUnderTest, running, specOf, type UnderTest } from './under-test.contract';

export function networksContract(underTest: UnderTest): void {
  describe('networks', () => {
    const labels = { 'nebula.installation': 'rt-contract' };

    it('are made once, with their labels', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const id = await t.runtime.ensureNetwork(name, labels);
      expect(await t.runtime.ensureNetwork(name, { other: 'label' })).toBe(id);
      const found = (await t.runtime.networks()).filter((n) => n.name === name);
      expect(found).toEqual([expect.objectContaining({ id, name, labels })]);
    });

    it('are one network also when many ask at once', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      await Promise.all(Array.from({ length: 8 }, () => t.runtime.ensureNetwork(name, labels)));
      const id = await t.runtime.ensureNetwork(name, labels);
      const found = (await t.runtime.networks()).filter((n) => n.name === name);
      expect(found.map((n) => n.id)).toEqual([id]);
    });

    it('of the wanted name are used as they are, whoever made them', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const id = await t.byHand.createNetwork(name, { theirs: '1' });
      expect(await t.runtime.ensureNetwork(name, labels)).toBe(id);
      const found = (await t.runtime.networks()).find((n) => n.id === id);
      expect(found?.labels).toEqual({ theirs: '1' });
    });

    it('of one name end as the one with the lowest id, others’ doubles are kept', async () => {
      const t = underTest();
      const ours = newName(t, 'n');
      const theirs = newName(t, 'n');
      const oursIds = await twoOfOneName(t, ours, labels);
      const theirsIds = await twoOfOneName(t, theirs, {});
      if (!oursIds || !theirsIds) return;
      expect(await t.runtime.ensureNetwork(ours, labels)).toBe(oursIds[0]);
      expect(await t.runtime.ensureNetwork(theirs, labels)).toBe(theirsIds[0]);
      const ids = (await t.runtime.networks()).map((n) => n.id);
      expect(ids).not.toContain(oursIds[1]);
      expect(ids).toEqual(expect.arrayContaining([oursIds[0], ...theirsIds]));
    });

    it('with a container on them are no doubles to remove, and start nothing until they are told apart', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const ids = await twoOfOneName(t, name, labels);
      if (!ids) return;
      const container = await t.runtime.create(specOf(t, {}, { networks: [ids[1]!] }));
      expect(await t.runtime.ensureNetwork(name, labels)).toBe(ids[0]);
      expect((await t.runtime.networks()).map((n) => n.id)).toContain(ids[1]);
      expect((await t.runtime.inspect(container))!.networks).toEqual([{ id: ids[1], name }]);
      await expect(t.runtime.start(container)).rejects.toEqual(code('conflict'));
      await t.runtime.remove(container);
      await t.runtime.ensureNetwork(name, labels);
      expect((await t.runtime.networks()).map((n) => n.id)).not.toContain(ids[1]);
    });

    it('lose and get back a container', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const other = await t.runtime.ensureNetwork(newName(t, 'n'), labels);
      const network = await t.runtime.ensureNetwork(name, labels);
      const id = await running(t, {}, { networks: [other, network] });
      await t.byHand.disconnect(id, network);
      expect((await t.runtime.inspect(id))!.networks.map((n) => n.id)).toEqual([other]);
      await t.runtime.connect(id, network, ['shop']);
      await t.runtime.connect(id, network, ['shop']);
      expect(await t.byHand.aliasesOn(id, network)).toEqual(['shop']);
      const found = (await t.runtime.inspect(id))!.networks;
      expect(found).toHaveLength(2);
      expect(found).toContainEqual({ id: network, name });
      await expect(t.runtime.connect(id, 'e'.repeat(64))).rejects.toEqual(code('not-found'));
    });

    it('that are made anew under their names take a stopped container again, once it is off the old ones', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const other = await t.runtime.ensureNetwork(newName(t, 'n'), labels);
      const old = await t.runtime.ensureNetwork(name, labels);
      const first = await running(t, {}, { networks: [old, other], networkName: name });
      const second = await running(t, {}, { networks: [other, old] });
      for (const id of [first, second]) await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      await t.byHand.removeNetwork(old);
      const anew = await t.byHand.createNetwork(name, {});
      for (const id of [first, second]) {
        await expect(t.runtime.start(id)).rejects.toEqual(code('refused'));
        expect((await t.runtime.inspect(id))!.networks).toContainEqual({ id: old, name });
        await t.runtime.disconnect(id, name);
        await t.runtime.disconnect(id, name);
        await t.runtime.connect(id, anew);
        await t.runtime.start(id);
        const found = (await t.runtime.inspect(id))!;
        expect(found.state).toBe('running');
        expect(found.networks.map((on) => on.id).sort()).toEqual([anew, other].sort());
      }
    });

    it('that are gone for good let a stopped container go', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const network = await t.runtime.ensureNetwork(name, labels);
      const id = await running(t, {}, { networks: [network], networkName: name });
      await t.runtime.stop(id, { signal: null, graceSeconds: 10 }, never());
      await t.byHand.removeNetwork(network);
      await t.runtime.disconnect(id, name);
      expect((await t.runtime.inspect(id))!.networks).toEqual([]);
      await t.runtime.start(id);
      expect((await t.runtime.inspect(id))!.state).toBe('running');
      await expect(t.runtime.disconnect('f'.repeat(64), name)).rejects.toEqual(code('not-found'));
    });

    it('are found by name where a container was made for them by that', async () => {
      const t = underTest();
      const bridge = (await t.runtime.networks()).find(({ name }) => name === 'bridge')!.id;
      const built = await running(t, {}, { networks: [bridge], networkName: 'bridge' });
      expect((await t.runtime.inspect(built))!.networks).toEqual([{ id: bridge, name: 'bridge' }]);
      const networkName = newName(t, 'n');
      const old = await t.runtime.ensureNetwork(networkName, labels);
      const alone = await t.runtime.create(specOf(t, {}, { networks: [old], networkName }));
      await t.byHand.removeNetwork(old);
      const anew = await t.byHand.createNetwork(networkName, {});
      expect((await t.runtime.inspect(alone))!.networks).toEqual([{ id: anew, name: networkName }]);
      await t.runtime.start(alone);
    });

    it('of one name are told apart by a container that is made for one of them', async () => {
      const t = underTest();
      const networkName = newName(t, 'n');
      const two = await twoOfOneName(t, networkName, {});
      if (!two) return;
      const higher = two[1]!;
      const meant = await t.runtime.create(specOf(t, {}, { networks: [higher], networkName }));
      expect((await t.runtime.inspect(meant))!.networks).toEqual([{ id: higher, name: networkName }]);
    });
  });
}

/**
 * Two networks of one name, lower id first; undefined where the Engine refuses the second, as Docker does by now. What is
 * owed there is that the one is used.
 */
async function twoOfOneName(
  t: RuntimeUnderTest,
  name: string,
  labels: Record<string, string>,
): Promise<string[] | undefined> {
  const first = await t.byHand.createNetwork(name, labels);
  const second = await t.byHand.createNetwork(name, labels).catch((error: unknown) => {
    expect(String(error)).toMatch(/already exists/);
  });
  if (second !== undefined) return [first, second].sort();
  expect(await t.runtime.ensureNetwork(name, { other: 'label' })).toBe(first);
  expect((await t.runtime.networks()).filter((network) => network.name === name)).toHaveLength(1);
  return undefined;
}
