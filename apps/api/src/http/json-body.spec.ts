import { isDeeperThan, MAX_DEPTH, parseJsonBody } from './json-body';

const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

describe('a body', () => {
  it('must be an object of JSON, in UTF-8, with or without a byte order mark', () => {
    expect(parseJsonBody(Buffer.from('{"a":"ä€😀"}'))).toEqual({ a: 'ä€😀' });
    expect(parseJsonBody(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
    expect(parseJsonBody(Buffer.alloc(0))).toBeUndefined();
  });

  it('must be as deep as allowed and no deeper; brackets in strings do not count', () => {
    expect(parseJsonBody(Buffer.from(nested(MAX_DEPTH)))).toBeDefined();
    expect(() => parseJsonBody(Buffer.from(nested(MAX_DEPTH + 1)))).toThrow(
      expect.objectContaining({ code: 'too-deep' }),
    );
    const text = JSON.stringify({ a: '"[[[['.repeat(100), b: '\\' });
    expect(isDeeperThan(text, 1)).toBe(false);
    expect(parseJsonBody(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  it('must count siblings as no depth', () => {
    expect(isDeeperThan(`[${'[],'.repeat(1000)}[]]`, 2)).toBe(false);
  });

  it.each(['null', '1', '"x"', 'true', '[]', '[{}]'])('must not be %s', (text) => {
    expect(() => parseJsonBody(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'not-an-object' }));
  });

  it('must not name a prototype, also in disguise, and never tell its content in the error', () => {
    for (const text of ['{"__proto__":1}', '{"a":{"\\u005f_proto__":1}}', '{"secret!":', 'secret!']) {
      expect(() => parseJsonBody(Buffer.from(text))).toThrow(
        expect.objectContaining({ code: 'invalid-json', message: expect.not.stringContaining('secret') }),
      );
    }
    expect(parseJsonBody(Buffer.from('{"env":{"constructor":"x"}}'))).toEqual({ env: { constructor: 'x' } });
  });
});
