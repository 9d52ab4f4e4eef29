import type { Generation } from '@nebula/domain';
import { Remembered } from './remembered';

const generation = (name: string, number = 1) => ({ name, generation: number, parts: [{}] }) as unknown as Generation;

describe('remembered generations', () => {
  it('must be read once, and again when they were forgotten', () => {
    const remembered = new Remembered();
    const read = jest.fn(() => generation('web'));
    const first = remembered.get('web', read);
    expect(remembered.get('web', read)).toBe(first);
    remembered.forget('web');
    expect(remembered.get('web', read)).not.toBe(first);
    expect(read).toHaveBeenCalledTimes(2);
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
