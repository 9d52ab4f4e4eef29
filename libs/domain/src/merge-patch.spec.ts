import fc from 'fast-check';
import { DomainError } from './errors';
import { mergePatch } from './merge-patch';

describe('a merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("does what RFC 7396's appendix says: %j by %j is %j", (target, patch, expected) => {
    const before = structuredClone({ target, patch });
    expect(mergePatch(target, patch)).toEqual(expected);
    expect({ target, patch }).toEqual(before);
  });

  it('refuses __proto__ and the like of depth, and changes no prototype', () => {
    const deep = JSON.parse('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)) as unknown;
    expect(() => mergePatch({}, JSON.parse('{"__proto__":{"polluted":1}}'))).toThrow(DomainError);
    expect(() => mergePatch({}, JSON.parse('{"constructor":{"prototype":{"polluted":1}}}'))).not.toThrow();
    expect(() => mergePatch({}, deep)).toThrow(DomainError);
    expect(() => mergePatch(deep, {})).toThrow(DomainError);
    expect('polluted' in {}).toBe(false);
  });

  it('applied twice is applied once, and throws nothing but DomainError', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        try {
          const once = mergePatch(target, patch);
          expect(mergePatch(once, patch)).toEqual(once);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
    ));
});
