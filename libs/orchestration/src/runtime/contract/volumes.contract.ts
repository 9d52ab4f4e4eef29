import { code, newName, running, type UnderTest } from './under-test.contract';

export function volumesContract(underTest: UnderTest): void {
  describe('volumes', () => {
    it('that are anonymous go with their container, named ones stay', async () => {
      const t = underTest();
      const named = newName(t, 'v');
      const id = await running(t, {
        volumes: [
          { source: named, target: '/named', mode: '' },
          { target: '/anonymous', mode: '' },
        ],
      });
      const volumes = await t.byHand.volumesOf(id);
      expect(volumes).toHaveLength(2);
      expect(volumes).toContain(named);
      await t.runtime.remove(id);
      for (const volume of volumes.filter((name) => name !== named)) {
        expect(await t.runtime.volumeLabels(volume)).toBeUndefined();
      }
      expect(await t.runtime.volumeLabels(named)).toBeDefined();
      await t.runtime.removeVolume(named);
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
