import fc from 'fast-check';
import { cutLog, cutText } from './cut';

describe('a text', () => {
  it('stays as it is within its limit', () => expect(cutText('x'.repeat(1024), 1024)).toBe('x'.repeat(1024)));

  it('is cut at its limit and says so', () => {
    expect(cutText('x'.repeat(1025), 1024)).toBe(`${'x'.repeat(1016)} … (cut)`);
    expect(cutText('abcdefghijk', 5)).toBe(' … (c');
    expect(cutText('abc', -1)).toBe('');
  });

  it('has no half character at the cut', () => expect(cutText('x😀yyyyyyyyy', 10)).toBe('x … (cut)'));

  it('is never longer than its limit', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, limit) => {
        expect(cutText(text, limit).length).toBeLessThanOrEqual(limit);
      }),
    ));
});

describe('a log excerpt', () => {
  const lines = (n: number, line = 'line') => Array.from({ length: n }, (_, i) => `${line} ${i + 1}`);

  it('stays as it is within 20 lines and 4 KiB', () => {
    expect(cutLog('')).toBe('');
    expect(cutLog(`${lines(20).join('\n')}\n`)).toBe(lines(20).join('\n'));
    expect(cutLog('x'.repeat(4096))).toBe('x'.repeat(4096));
  });

  it('keeps the last 20 lines and says that it was cut', () =>
    expect(cutLog(lines(21).join('\n')).split('\n')).toEqual(['(cut) … line 2', ...lines(21).slice(2)]));

  it('keeps the last 4 KiB of UTF-8, note included, with no half characters', () => {
    const cut = cutLog('😀'.repeat(2000));
    expect(cut).toMatch(/^\(cut\) … 😀+$/u);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(4090);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(4096);
  });

  it('is never beyond its limits', () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 400 }), { maxLength: 40 }), (parts) => {
        const cut = cutLog(parts.join('\n'));
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(4096);
        expect(cut.split('\n').length).toBeLessThanOrEqual(20);
      }),
    ));
});
