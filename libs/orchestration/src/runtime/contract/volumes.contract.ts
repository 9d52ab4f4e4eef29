import { code, newName, running, specOf, type UnderTest } from './under-test.contract';

const TMPFS = { target: '/tmpfs', options: '' };
const mount = (target: string, source?: string) => ({ target, mode: '', ...(source && { source }) });

export function volumesContract(underTest: UnderTest): void {
  describe('volumes', () => {
    it('are seen with their paths, and which of them nobody named', async () => {
      const t = underTest();
      const named = newName(t, 'v');
      const hex = 'ab'.repeat(32);
      const id = await t.runtime.create(
        specOf(t, { volumes: [mount('/named', named), mount('/hex', hex), mount('/own')], tmpfs: [TMPFS] }),
      );
      const { volumes } = (await t.runtime.inspect(id))!;
      expect(volumes).toHaveLength(3);
      expect(volumes).toEqual(
        expect.arrayContaining([
          { name: named, target: '/named', anonymous: false },
          { name: hex, target: '/hex', anonymous: false },
          { name: expect.stringMatching(/^[0-9a-f]{64}$/), target: '/own', anonymous: true },
        ]),
      );
      expect((await t.runtime.list()).find((container) => container.id === id)!.volumes).toEqual(volumes);
      const bare = await t.runtime.create(specOf(t));
      expect(await t.runtime.inspect(bare)).not.toHaveProperty('volumes');
      await t.runtime.remove(id);
      for (const { name } of volumes!) await t.runtime.removeVolume(name);
    });

    it('stay when their container is removed, whether they have a name or not', async () => {
      const t = underTest();
      const named = newName(t, 'v');
      const id = await running(t, { volumes: [mount('/named', named), mount('/anonymous')] });
      const volumes = await t.byHand.volumesOf(id);
      expect(volumes).toHaveLength(2);
      expect(volumes).toContain(named);
      await t.runtime.remove(id);
      for (const volume of volumes) expect(await t.runtime.volumeLabels(volume)).toBeDefined();
      for (const volume of volumes) await t.runtime.removeVolume(volume);
    });

    it('are inherited from container to container, and are anonymous as before', async () => {
      const t = underTest();
      const first = await running(t, { volumes: [mount('/own')] });
      const { volumes } = (await t.runtime.inspect(first))!;
      const second = await t.runtime.create(specOf(t, { volumes: [mount('/own')] }, { inherits: volumes }));
      expect((await t.runtime.inspect(second))!.volumes).toEqual(volumes);
      await t.runtime.remove(first);
      await expect(t.runtime.removeVolume(volumes![0]!.name)).rejects.toEqual(code('conflict'));
      await t.runtime.start(second);
      const third = await t.runtime.create(specOf(t, { volumes: [mount('/own')] }, { inherits: volumes }));
      expect((await t.runtime.inspect(third))!.volumes).toEqual(volumes);
      for (const id of [second, third]) await t.runtime.remove(id);
      await t.runtime.removeVolume(volumes![0]!.name);
      expect(await t.runtime.volumeLabels(volumes![0]!.name)).toBeUndefined();
    });

    it('are not inherited for a path of which the app says something else, or that nobody asks for any more', async () => {
      const t = underTest();
      const old = await t.runtime.create(specOf(t, { volumes: ['/a', '/b', '/c', '/d'].map((path) => mount(path)) }));
      const inherits = (await t.runtime.inspect(old))!.volumes!;
      const named = newName(t, 'v');
      const volumes = [mount('/a'), mount('/b', named), mount('/new')];
      const id = await t.runtime.create(specOf(t, { volumes, tmpfs: [{ ...TMPFS, target: '/c' }] }, { inherits }));
      const found = (await t.runtime.inspect(id))!.volumes!;
      expect(found.map(({ target }) => target).toSorted()).toEqual(['/a', '/b', '/new']);
      expect(found).toContainEqual(inherits.find(({ target }) => target === '/a'));
      expect(found).toContainEqual({ name: named, target: '/b', anonymous: false });
      for (const one of [old, id]) await t.runtime.remove(one);
      for (const { name } of [...inherits, ...found]) await t.runtime.removeVolume(name);
    });

    it('are made once; the labels are those of the one that is there', async () => {
      const t = underTest();
      const name = newName(t, 'v');
      expect(await t.runtime.volumeLabels(name)).toBeUndefined();
      expect(await t.runtime.ensureVolume(name, { holder: '1' })).toEqual({ holder: '1' });
      expect(await t.runtime.ensureVolume(name, { holder: '2' })).toEqual({ holder: '1' });
      expect(await t.runtime.volumeLabels(name)).toEqual({ holder: '1' });
    });

    it('made by several at once belong to one of them, and all see to whom', async () => {
      const t = underTest();
      const name = newName(t, 'v');
      const holders = ['1', '2', '3', '4'];
      await Promise.all(holders.map((holder) => t.runtime.ensureVolume(name, { holder })));
      const labels = await t.runtime.volumeLabels(name);
      for (const holder of holders) expect(await t.runtime.ensureVolume(name, { holder })).toEqual(labels);
    });

    it('are found by a label and its value', async () => {
      const t = underTest();
      const [mine, other, plain] = [newName(t, 'v'), newName(t, 'v'), newName(t, 'v')];
      await t.runtime.ensureVolume(mine, { [`${t.prefix}.of`]: 'one', more: 'x' });
      await t.runtime.ensureVolume(other, { [`${t.prefix}.of`]: 'one two' });
      await t.runtime.ensureVolume(plain, {});
      expect(await t.runtime.volumesLabelled(`${t.prefix}.of`, 'one')).toEqual([mine]);
      expect(await t.runtime.volumesLabelled(`${t.prefix}.of`, 'none')).toEqual([]);
    });

    it('are removed, also twice, but not from under a container', async () => {
      const t = underTest();
      const name = newName(t, 'v');
      const id = await running(t, { volumes: [{ source: name, target: '/data', mode: '' }] });
      await expect(t.runtime.removeVolume(name)).rejects.toEqual(code('conflict'));
      await t.runtime.remove(id);
      await t.runtime.removeVolume(name);
      await t.runtime.removeVolume(name);
      expect(await t.runtime.volumeLabels(name)).toBeUndefined();
    });
  });
}
