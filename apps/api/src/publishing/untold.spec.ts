import type { GroupGeneration } from '@nebula/domain';
import { Untold } from './untold';

const group = (...apps: string[]) => ({ name: 'g', apps }) as GroupGeneration;

describe('apps that hosts were perhaps not told of', () => {
  it('must be kept until they were told, over any number of changes', () => {
    const untold = new Untold();
    untold.gained('g', ['a']);
    untold.gained('g', ['b']);
    expect(untold.of(group('a', 'b', 'old'))).toEqual(['a', 'b']);
    untold.told('g', ['a']);
    expect(untold.of(group('a', 'b'))).toEqual(['b']);
    untold.told('g', ['b']);
    expect(untold.of(group('a', 'b'))).toEqual([]);
  });

  it('must not be told when the group does not list them any more', () => {
    const untold = new Untold();
    untold.gained('g', ['a', 'b']);
    expect(untold.of(group('b'))).toEqual(['b']);
  });
});
