import type { Generation } from '@nebula/domain';
import { Remembered } from './remembered';

const generation = (name: string, number = 1) => ({ name, generation: number, parts: [{}] }) as unknown as Generation;

describe('remembered generations', () => {
  it('must be read once, and not at all when they were just stored', () => {
    const remembered = new Remembered();
    const read = jest.fn(() => generation('web'));
    const first = remembered.get('web', read);
    expect(remembered.get('web', read)).toBe(first);
    const next = generation('web', 2);
    remembered.remember(next);
    expect(remembered.get('web', read)).toBe(next);
    expect(read).toHaveBeenCalledTimes(1);
  });

  it('must not go back, in whatever order they were told', () => {
    const remembered = new Remembered();
    for (const number of [2, 3, 1]) remembered.remember(generation('web', number));
    expect(remembered.get('web', () => undefined)?.generation).toBe(3);
  });

  it('must be nobody’s to change', () => {
    const { parts } = new Remembered().get('web', () => generation('web')) as unknown as { parts: object[] };
    expect([Reflect.set(parts, 0, 1), Reflect.set(parts[0]!, 'a', 1)]).toEqual([false, false]);
  });

  it('must not be what was not there: it may come', () => {
    const remembered = new Remembered();
    expect(remembered.get('web', () => undefined)).toBeUndefined();
    expect(remembered.get('web', () => generation('web'))).toBeDefined();
  });

  it('must stay few', () => {
    const remembered = new Remembered();
    const read = (name: string) => remembered.get(name, () => generation(name));
    const first = read('app-0');
    for (let app = 1; app <= 1_000; app++) read(`app-${app}`);
    expect(read('app-0')).not.toBe(first);
  });
});
