import type { Generation } from '@nebula/domain';
import { PublishedMarks } from './published-marks';

const generation = (name: string, number: number): Generation => ({
  name,
  generation: number,
  deleted: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  actor: 'somebody',
});

describe('the marks of what was published', () => {
  let written: string[];
  let published: (name: string, generation: number) => Promise<void>;
  let marks: PublishedMarks;
  const store = {
    published: (name: string, number: number): Promise<void> => {
      written.push(`${name} ${number}`);
      return published(name, number);
    },
  };
  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    published = () => Promise.resolve();
    marks = new PublishedMarks();
  });
  afterEach(() => jest.useRealTimers());

  it('are written a little later, the newest of each name alone', async () => {
    for (const number of [1, 3, 2]) marks.add('app', store, generation('web', number));
    marks.add('group', store, generation('web', 1));
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(500);
    expect(written).toEqual(['web 3', 'web 1']);
    await jest.advanceTimersByTimeAsync(5000);
    expect(written).toHaveLength(2);
  });

  it('are known until they are written', async () => {
    let end = (): void => undefined;
    published = () => new Promise((done) => (end = done));
    marks.add('app', store, generation('web', 2));
    const has = () => [1, 2, 3].map((number) => marks.has('app', { name: 'web', generation: number }));
    const flushed = marks.flush();
    expect(has()).toEqual([true, true, false]);
    marks.add('app', store, generation('web', 3));
    end();
    await flushed;
    expect(has()).toEqual([true, true, true]);
    published = () => Promise.resolve();
    await marks.flush();
    expect(written).toEqual(['web 2', 'web 3']);
    expect(has()).toEqual([false, false, false]);
  });

  it('are given up where the store refuses them: whoever finds none publishes once more', async () => {
    published = () => Promise.reject(new Error('away'));
    marks.add('app', store, generation('web', 1));
    await marks.flush();
    expect(marks.has('app', { name: 'web', generation: 1 })).toBe(false);
  });
});
