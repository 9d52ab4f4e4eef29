import { code, newName, running, specOf, type UnderTest } from './under-test.contract';

export function createContract(underTest: UnderTest): void {
  describe('what a container is made of', () => {
    it('is the image by its id, when the reference names another one by now', async () => {
      const t = underTest();
      const id = await t.runtime.create(specOf(t, {}, { image: 'nebula-nowhere/none:1' }));
      expect(await t.runtime.inspect(id)).toMatchObject({ image: t.image.id, imageId: t.image.id });
    });

    it('is not made of an image that is not there', async () => {
      const t = underTest();
      const spec = specOf(t, {}, { imageId: `sha256:${'e'.repeat(64)}` });
      await expect(t.runtime.create(spec)).rejects.toEqual(code('image-not-found'));
    });

    it('is not made under a name that Docker refuses', async () => {
      const t = underTest();
      await expect(t.runtime.create(specOf(t, {}, { name: 'no/name' }))).rejects.toEqual(code('refused'));
    });

    it('is on all its networks before it starts, under the names that it was given there', async () => {
      const t = underTest();
      const names = [newName(t, 'n'), newName(t, 'n'), newName(t, 'n')];
      const networks: string[] = [];
      for (const name of names) networks.push(await t.runtime.ensureNetwork(name, {}));
      const [first, second, third] = networks as [string, string, string];
      const aliases = { [first]: ['shop'], [second]: ['shop', 'store'] };
      const id = await t.runtime.create(specOf(t, {}, { networks, aliases }));
      const wanted = networks.map((network, n) => ({ id: network, name: names[n] }));
      const before = (await t.runtime.inspect(id))!.networks;
      expect(before).toHaveLength(3);
      expect(before).toEqual(expect.arrayContaining(wanted));
      expect((await t.runtime.list()).find((c) => c.id === id)!.networks).toEqual(before);
      await t.runtime.start(id);
      expect((await t.runtime.inspect(id))!.networks).toEqual(expect.arrayContaining(wanted));
      expect(await t.byHand.aliasesOn(id, first)).toEqual(['shop']);
      expect((await t.byHand.aliasesOn(id, second)).toSorted()).toEqual(['shop', 'store']);
      expect(await t.byHand.aliasesOn(id, third)).toEqual([]);
    });

    it('never runs with other names on a network of Docker’s own', async () => {
      const t = underTest();
      const bridge = (await t.runtime.networks()).find(({ name }) => name === 'bridge')!.id;
      const make = async () => {
        const id = await t.runtime.create(specOf(t, {}, { networks: [bridge], aliases: { [bridge]: ['shop'] } }));
        await t.runtime.start(id);
      };
      await expect(make()).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('alias') });
    });

    it.each(['host', 'none'])('is on the network %s, by that name', async (network) => {
      const t = underTest();
      const id = await running(t, {}, { networks: [network] });
      const { networks } = (await t.runtime.inspect(id))!;
      expect(networks.map(({ name }) => name)).toEqual([network]);
    });

    it('is not half made when a network is missing', async () => {
      const t = underTest();
      const network = await t.runtime.ensureNetwork(newName(t, 'n'), {});
      const spec = specOf(t, {}, { networks: [network, 'e'.repeat(64)] });
      await expect(t.runtime.create(spec)).rejects.toEqual(code('not-found'));
      expect((await t.runtime.list()).map((c) => c.name)).not.toContain(spec.name);
    });

    it('is not made and never runs without its first network', async () => {
      const t = underTest();
      await expect(t.runtime.create(specOf(t, {}, { networks: ['e'.repeat(64)] }))).rejects.toEqual(code('not-found'));
      const network = await t.byHand.createNetwork(newName(t, 'n'), {});
      const id = await t.runtime.create(specOf(t, {}, { networks: [network] }));
      await t.byHand.removeNetwork(network);
      await expect(t.runtime.start(id)).rejects.toEqual(code('refused'));
      const on = (await t.runtime.inspect(id))!.networks.map((n) => n.id);
      expect(on).not.toContain(network);
    });
  });
}
