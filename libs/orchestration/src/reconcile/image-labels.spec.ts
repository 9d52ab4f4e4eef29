import { type ObservedContainer, RuntimeError } from '../runtime';
import { FakeRuntime } from '../runtime/fake';
import { ImageLabels } from './image-labels';

const OURS = { 'nebula.installation': 'shop', 'nebula.app': 'web' };

describe('the labels that an image has by itself', () => {
  let runtime: FakeRuntime;
  let images: ImageLabels;
  let unknown: number;

  beforeEach(() => {
    runtime = new FakeRuntime();
    unknown = 0;
    images = new ImageLabels(runtime, () => unknown++);
    runtime.machine.images.tag('plain:1', { id: 'plain', program: {} });
    runtime.machine.images.tag('committed:1', { id: 'committed', program: {}, labels: OURS });
  });

  const run = async (image: string, labels: Record<string, string> = OURS): Promise<ObservedContainer> => {
    const name = `c${runtime.machine.all().length}`;
    return (await runtime.inspect(runtime.byHand.run({ name, image, labels })))!;
  };
  const asked = (): number => runtime.journal.count('imageLabels');

  it('are told of a container with our labels, and each image is asked for once', async () => {
    const containers = [await run('committed:1'), await run('committed:1'), await run('plain:1')];
    const told = await images.tellAll(containers);
    expect(told.map((container) => container.imageLabels)).toEqual([OURS, OURS, undefined]);
    expect(told[2]).toBe(containers[2]);
    expect(await images.tellAll(told)).toEqual(told);
    expect(asked()).toBe(2);
  });

  it('are not asked for where they say nothing: of what is not ours, and of what has a mark', async () => {
    const containers = [await run('plain:1', {}), await run('committed:1', { ...OURS, 'nebula.made': 'then' })];
    expect(await images.tellAll([...containers, undefined])).toEqual([...containers, undefined]);
    expect(asked()).toBe(0);
  });

  it('may be all of them while the image can not be asked for, which is tried again', async () => {
    const container = await run('plain:1');
    runtime.script.failNext('imageLabels', new RuntimeError('refused', 'layer does not exist'));
    expect((await images.tellAll([container]))[0]!.imageLabels).toEqual(OURS);
    expect((await images.tellAll([container]))[0]).toBe(container);
    expect(unknown).toBe(1);
  });

  it('are none of an image that is gone', async () => {
    const container = { ...(await run('plain:1')), imageId: 'gone' };
    expect((await images.tellAll([container]))[0]).toBe(container);
  });

  it('are not known while the Engine is away', async () => {
    const container = await run('plain:1');
    runtime.script.failNext('imageLabels', new RuntimeError('away', 'no answer'));
    await expect(images.tellAll([container])).rejects.toMatchObject({ code: 'away' });
  });
});
