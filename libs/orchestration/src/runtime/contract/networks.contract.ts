import { code, newName, running, specOf, type UnderTest } from './under-test.contract';

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
      const oursIds = [await t.byHand.createNetwork(ours, labels), await t.byHand.createNetwork(ours, labels)].sort();
      const theirsIds = [await t.byHand.createNetwork(theirs, {}), await t.byHand.createNetwork(theirs, {})].sort();
      expect(await t.runtime.ensureNetwork(ours, labels)).toBe(oursIds[0]);
      expect(await t.runtime.ensureNetwork(theirs, labels)).toBe(theirsIds[0]);
      const ids = (await t.runtime.networks()).map((n) => n.id);
      expect(ids).not.toContain(oursIds[1]);
      expect(ids).toEqual(expect.arrayContaining([oursIds[0], ...theirsIds]));
    });

    it('with a container on them are no doubles to remove, and start nothing until they are told apart', async () => {
      const t = underTest();
      const name = newName(t, 'n');
      const ids = [await t.byHand.createNetwork(name, labels), await t.byHand.createNetwork(name, labels)].sort();
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
      await t.runtime.connect(id, network);
      await t.runtime.connect(id, network);
      const found = (await t.runtime.inspect(id))!.networks;
      expect(found).toHaveLength(2);
      expect(found).toContainEqual({ id: network, name });
      await expect(t.runtime.connect(id, 'e'.repeat(64))).rejects.toEqual(code('not-found'));
    });
  });
}
