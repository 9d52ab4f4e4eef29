import { logText } from './log-frames';

function frame(stream: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe('the log answer', () => {
  it('is the text of its pieces, in order', () => {
    expect(logText(Buffer.concat([frame(1, 'out ü\n'), frame(2, 'err\n'), frame(1, '')]))).toBe('out ü\nerr\n');
  });

  it('of a container with a terminal is bare text', () => {
    expect(logText(Buffer.from('just text that is long enough\n'))).toBe('just text that is long enough\n');
    expect(logText(Buffer.from('\u0001abcdefgh'))).toBe('\u0001abcdefgh');
    expect(logText(Buffer.from('short'))).toBe('short');
    expect(logText(Buffer.alloc(0))).toBe('');
  });

  it('that is cut, or lies about its lengths, is read as far as it goes', () => {
    const cut = Buffer.concat([frame(1, 'first\n'), frame(1, 'second\n').subarray(0, 11)]);
    expect(logText(cut)).toBe('first\nsec');
    expect(logText(Buffer.concat([frame(1, 'first\n'), Buffer.from('xxxxxxxxxxxx')]))).toBe('first\n');
  });
});
