import { lastLines } from './last-lines';

describe('the last lines of a text', () => {
  const text = 'one\ntwo\nthree\n';

  it('are as many as are wanted, without the last end of line', () => {
    expect(lastLines(text, { lines: 2, bytes: 100 })).toBe('two\nthree');
    expect(lastLines(text, { lines: 5, bytes: 100 })).toBe('one\ntwo\nthree');
    expect(lastLines('', { lines: 5, bytes: 100 })).toBe('');
  });

  it('lose their beginning when they are too long, and no character is cut in two', () => {
    expect(lastLines(text, { lines: 5, bytes: 7 })).toBe('o\nthree');
    expect(lastLines('aüü', { lines: 5, bytes: 4 })).toBe('üü');
    expect(lastLines('aüü', { lines: 5, bytes: 3 })).toBe('ü');
    expect(lastLines('ü', { lines: 5, bytes: 1 })).toBe('');
  });
});
