import { LABELS } from '@nebula/domain';
import { RuntimeError } from '../runtime';
import { generationOf, ScriptedHost, tombstoneOf, web } from './scripted-host.arbitrary';

/** Long enough that no clock explains it. */
const LATER_MS = 120_000;

describe('a host on which somebody copies containers', () => {
  let host: ScriptedHost;
  const rows = (app = 'web') => host.report(app).containers.map(({ name, kept }) => `${name} ${kept ?? 'own'}`);
  const touched = (id: string) => host.runtime.journal.changes().filter((change) => change.includes(id));
  /** After the original was made, some time later. */
  const copy = async (name: string, start = true): Promise<string> => {
    await host.clock.advance(LATER_MS);
    const id = host.runtime.byHand.copy(host.ids()[0]!, name);
    if (start) host.runtime.byHand.start(id);
    await host.clock.rest();
    return id;
  };

  beforeEach(async () => {
    host = await new ScriptedHost().start();
    await host.has(web());
  });
  afterEach(() => host.stop());

  it('takes those of before the mark for its own, though their image could not be asked for at first', async () => {
    const [original] = host.ids();
    for (const { spec } of host.of()) delete spec.labels[LABELS.made];
    host.runtime.script.failNext('imageLabels', new RuntimeError('refused', 'layer does not exist'));
    await host.restart('lost');
    await host.hear(generationOf(web()));
    await host.clock.until('it is known for its own', () => host.report().state === 'converged', 120_000);
    expect(host.ids()).toEqual([original]);
  });

  it.each(['kept', 'lost'] as const)(
    'lists a copy beside its original, and the app is as before: file %s',
    async (file) => {
      const [original] = host.ids();
      const id = await copy('web-1-copy');
      await host.restart(file);
      await host.hear(generationOf(web()));
      await host.converged();
      expect(rows().toSorted()).toEqual(['web-1 own', 'web-1-copy copied']);
      expect(host.ids()).toEqual([original, id]);
      expect(touched(id)).toEqual([]);
    },
  );

  it.each(['kept', 'lost'] as const)(
    'fails the app while a copy has its name, and heals at once: file %s',
    async (file) => {
      const id = await copy('other', false);
      host.runtime.byHand.remove('web-1');
      host.runtime.byHand.rename(id, 'web-1');
      await host.restart(file);
      await host.hear(generationOf(web()));
      await host.clock.advance(60_000);
      expect(host.report()).toMatchObject({ state: 'failed', reason: 'copied', container: 'web-1' });
      expect(rows()).toEqual(['web-1 copied']);
      expect(touched(id)).toEqual([]);
      host.runtime.byHand.remove(id);
      expect(await host.converged()).toBeLessThan(3000);
    },
  );

  it('knows a copy that was made at once, though its original is gone, as long as it has its file', async () => {
    const id = host.runtime.byHand.copy('web-1', 'other');
    await host.clock.advance(1000);
    host.runtime.byHand.remove('web-1');
    host.runtime.byHand.rename(id, 'web-1');
    await host.clock.advance(5000);
    await host.restart('kept');
    await host.clock.advance(5000);
    expect(host.report()).toMatchObject({ state: 'failed', reason: 'copied' });
    expect(touched(id)).toEqual([]);
    host.runtime.byHand.remove(id);
    await host.converged();
    expect(host.memory.save().own).toEqual({ [host.ids()[0]!]: expect.any(String) });
  });

  it('leaves copies of a stopped and of a deleted app, and lists them', async () => {
    const id = await copy('mine');
    await host.hear(generationOf(web({ running: false }), 2));
    await host.converged('web', 2);
    expect(rows()).toEqual(['mine copied']);
    await host.hear(tombstoneOf('web', 3));
    await host.converged('web', 3);
    expect([rows(), host.seen()]).toEqual([['mine copied'], ['mine running']]);
    expect(touched(id)).toEqual([]);
  });

  it.each([
    ['run', (image: string) => host.runtime.byHand.run({ name: 'debug', image })],
    ['created only', (image: string) => host.runtime.byHand.create({ name: 'debug', image })],
  ])('leaves one that was %s from an image committed of ours, with a mark and without', async (_, make) => {
    host.runtime.byHand.commit('web-1', 'committed:1');
    await host.clock.advance(LATER_MS);
    const id = make('committed:1');
    const { 'nebula.made': __, ...unmarked } = host.of()[0]!.spec.labels;
    host.runtime.machine.images.tag('old:1', { id: 'old', program: {}, labels: unmarked });
    const old = host.runtime.byHand.run({ name: 'old', image: 'old:1' });
    await host.hear(generationOf(web({ running: false }), 2));
    await host.converged('web', 2);
    await host.restart('lost');
    await host.hear(tombstoneOf('web', 3));
    await host.converged('web', 3);
    expect(host.seen().map((line) => line.split(' ')[0])).toEqual(['debug', 'old']);
    expect([...touched(id), ...touched(old)]).toEqual([]);
  });

  it('takes for its own what it made of an image that was committed of ours', async () => {
    host.runtime.byHand.commit('web-1', 'committed:1');
    await host.has(web({ image: 'committed:1', pullPolicy: 'never' }), 2);
    await host.clock.advance(LATER_MS);
    await host.restart('lost');
    await host.hear(generationOf(web({ image: 'committed:1', pullPolicy: 'never' }), 2));
    await host.converged('web', 2);
    expect(rows()).toEqual(['web-1 own']);
    await host.hear(tombstoneOf('web', 3));
    await host.converged('web', 3);
    expect(host.seen()).toEqual([]);
  });

  it('keeps its own container that a slow Engine made long after its mark', async () => {
    const [before] = host.ids();
    const engineTime = jest.spyOn(host.observer, 'engineTime').mockReturnValue(0);
    await host.has(web({ env: { A: '1' } }), 2);
    engineTime.mockRestore();
    await host.restart('kept');
    await host.converged('web', 2);
    expect(rows()).toEqual(['web-1 own']);
    expect(host.ids()).not.toContain(before);
  });
});

describe('what is said of containers that go', () => {
  let host: ScriptedHost;
  beforeEach(async () => {
    host = await new ScriptedHost().start();
  });
  afterEach(() => host.stop());

  it('is which one, of which image, why, and why it was taken for ours', async () => {
    await host.has(web());
    const id = host.ids()[0]!.slice(0, 12);
    const mark = host.of()[0]!.spec.labels['nebula.made'];
    await host.has(web({ env: { SECRET: 'hush' } }), 2);
    expect(host.removed).toEqual([
      `Removed container "web-1" (${id}) of app "web", generation 2, image web:1, ours by the worker's file and its mark (${mark}): settings changed`,
    ]);
    await host.hear(tombstoneOf('web', 3));
    await host.converged('web', 3);
    expect(host.removed).toHaveLength(2);
    expect(host.removed[1]).toMatch(/generation 3, .*: the app was deleted$/);
  });

  it('is also said of one that the Engine could never start again', async () => {
    await host.has(web());
    const [id] = host.ids();
    host.runtime.byHand.stop('web-1');
    const stuck = new RuntimeError('stuck', 'the Engine cannot start it any more: task exists');
    jest.spyOn(host.runtime, 'start').mockRejectedValueOnce(stuck);
    await host.clock.rest();
    await host.clock.until('another took its place', () => !host.ids().includes(id!));
    expect(host.removed).toHaveLength(1);
    const why = 'the Engine cannot bring it up any more';
    expect(host.removed[0]).toMatch(new RegExp(`"web-1" \\(${id!.slice(0, 12)}\\) of app "web", .*: ${why}`));
  });

  it('is nothing of one that somebody else removed', async () => {
    await host.has(web());
    host.runtime.script.failNext('start', new RuntimeError('not-found', 'No such container: x'));
    host.runtime.byHand.stop('web-1');
    await host.converged();
    host.runtime.byHand.remove('web-1');
    await host.converged();
    expect(host.removed).toEqual([]);
  });
});
