import { isKnown, parseEntityTags, requireMatch } from './etag';

describe('If-Match', () => {
  it.each(['"3"', '*', ' * ', '"1", "3"', '"a,b" , "3"', ',"3",', '"1",W/"9","3"'])('must pass %s at 3', (header) => {
    expect(() => requireMatch(header, 3)).not.toThrow();
  });

  it.each(['"4"', 'W/"3"', '""', '"1", "2"', '"3 "'])('must say that the document moved for %s at 3', (header) => {
    if (header === '"3 "') return expect(() => requireMatch(header, 3)).toThrow(/must be/);
    expect(() => requireMatch(header, 3)).toThrow(expect.objectContaining({ kind: 'precondition' }));
  });

  it.each(['', ' ', '3', '"3', '3"', '"1" "3"', 'w/"3"', '*, "3"', ',', '"3";'])('must not understand %j', (header) => {
    expect(() => requireMatch(header, 3)).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });

  it('must pass who said nothing', () => {
    expect(() => requireMatch(undefined, 3)).not.toThrow();
  });

  it('must be read in a time that its length bounds', () => {
    const begun = performance.now();
    expect(() => parseEntityTags('If-Match', `${'"a'.repeat(8_000)}`)).toThrow();
    expect(() => parseEntityTags('If-Match', ' '.repeat(16_000))).toThrow();
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

describe('If-None-Match', () => {
  it('must know a tag however weak it is, and nothing where there is none', () => {
    expect(isKnown('W/"3"', 3)).toBe(true);
    expect(isKnown('"2", "3"', 3)).toBe(true);
    expect(isKnown('*', 3)).toBe(true);
    expect(isKnown('"2"', 3)).toBe(false);
    expect(isKnown(undefined, 3)).toBe(false);
  });
});
