import { KnownHeaders } from './known-headers';

describe('headers that were right', () => {
  it('must be known again, and no other', () => {
    const headers = new KnownHeaders();
    headers.add('Bearer a', 'token');
    expect(headers.actorOf('Bearer a')).toBe('token');
    for (const other of ['Bearer A', 'Bearer a ', 'bearer a', 'Bearer', '']) {
      expect(headers.actorOf(other)).toBeUndefined();
    }
  });

  it('must stay few, however many ways there are to write one', () => {
    const headers = new KnownHeaders();
    for (let spaces = 1; spaces <= 1_000; spaces++) headers.add(`Bearer${' '.repeat(spaces)}a`, 'token');
    const known = Array.from({ length: 1_000 }, (_, i) => headers.actorOf(`Bearer${' '.repeat(i + 1)}a`));
    expect(known.filter(Boolean)).toHaveLength(16);
  });
});
