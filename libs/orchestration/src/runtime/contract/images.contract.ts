import { code, eventually, never, specOf, type UnderTest } from './under-test.contract';

export function imagesContract(underTest: UnderTest): void {
  describe('images', () => {
    it('are found by reference and by id', async () => {
      const { runtime, image } = underTest();
      expect(await runtime.findImage(image.reference)).toBe(image.id);
      expect(await runtime.findImage(image.id)).toBe(image.id);
      expect(await runtime.findImage('nebula-nowhere/none:1')).toBeUndefined();
    });

    it('have labels of their own, which their containers have too, beneath those that they were made with', async () => {
      const t = underTest();
      const labels = { 'nebula.app': 'web', team: 'ads' };
      const committed = await t.byHand.commit(await t.runtime.create(specOf(t, {}, { labels })));
      expect(await t.runtime.imageLabels(committed)).toMatchObject(labels);
      expect(await t.runtime.imageLabels(t.image.id)).toEqual({});
      expect(await t.runtime.imageLabels(`sha256:${'e'.repeat(64)}`)).toBeUndefined();
      const made = { image: committed, imageId: committed, labels: { team: 'news' } };
      const found = await t.runtime.inspect(await t.runtime.create(specOf(t, {}, made)));
      expect(found!.labels).toEqual({ 'nebula.app': 'web', team: 'news' });
    });

    it('are pulled, and then found under the id that the pull gave', async () => {
      const { runtime, registry } = underTest();
      await registry.serve('open');
      expect(await runtime.findImage(registry.reference)).toBeUndefined();
      const id = await runtime.pull(registry.reference, undefined, never());
      expect(await runtime.findImage(registry.reference)).toBe(id);
      expect(await runtime.pull(registry.reference, registry.login, never())).toBe(id);
    });

    it('that nobody has are told apart from a registry that is away or wants a login', async () => {
      const { runtime, registry } = underTest();
      await registry.serve('open');
      const missing = registry.reference.replace(/:[^:/]*$/, ':no-such-tag');
      await expect(runtime.pull(missing, undefined, never())).rejects.toEqual(code('image-not-found'));
      await registry.serve('login');
      await runtime.pull(registry.reference, registry.login, never());
      const wrong = { ...registry.login, password: 'wrong' };
      await expect(runtime.pull(registry.reference, wrong, never())).rejects.toEqual(code('registry-login-refused'));
      await expect(runtime.pull(registry.reference, undefined, never())).rejects.toEqual(
        code('registry-login-refused'),
      );
      await registry.serve('away');
      await expect(runtime.pull(registry.reference, registry.login, never())).rejects.toEqual(code('registry-away'));
    });

    it('are no longer waited for when the pull is aborted', async () => {
      const { runtime, registry } = underTest();
      await registry.serve('stalled');
      const caller = new AbortController();
      let error: unknown;
      const pull = runtime.pull(registry.reference, undefined, caller.signal).catch((e: unknown) => (error = e));
      caller.abort();
      await eventually(() => error, 'the end of the pull');
      await pull;
      expect(error).toEqual(code('aborted'));
      await expect(runtime.pull(registry.reference, undefined, caller.signal)).rejects.toEqual(code('aborted'));
    });
  });
}
