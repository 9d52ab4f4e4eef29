import { Joint, split } from './parts';

const LIMIT = 1_000;
const content = Buffer.from('0123456789'.repeat(7));
const part = (index: unknown, of: unknown, bytes = Buffer.from('x')) => ({
  content: bytes,
  properties: { headers: { part: index, parts: of } },
});
const messages = (size: number) =>
  split(content, size).map(({ content: bytes, headers }) => ({ content: bytes, properties: { headers } }));

describe('a message in parts', () => {
  it.each([1, 7, 69, 70, 71])(
    'must be whole again, in whatever order its parts of %d bytes come, also twice',
    (size) => {
      for (const order of [messages(size), messages(size).reverse(), messages(size).flatMap((each) => [each, each])]) {
        const joint = new Joint(LIMIT);
        const results = order.map((each) => joint.add(each));
        expect(results.find((result) => result instanceof Buffer)).toEqual(content);
      }
    },
  );

  it('must be one part when it is small, or empty, or says nothing of parts', () => {
    expect(split(content)).toHaveLength(1);
    expect(split(Buffer.alloc(0))).toHaveLength(1);
    expect(new Joint(LIMIT).add({ content, properties: {} })).toEqual(content);
  });

  it('must be given up when it grows beyond the limit, or its parts make no sense', () => {
    const joint = new Joint(LIMIT);
    expect(joint.add(part(0, 3, Buffer.alloc(600)))).toBeUndefined();
    expect(joint.add(part(1, 3, Buffer.alloc(600)))).toBe('bad');
    const odd: [unknown, unknown][] = [
      [1, 1],
      [-1, 2],
      [0, 0],
      [0, 1e9],
      [0.5, 2],
      ['0', 2],
      [0, {}],
      [Number.NaN, Number.NaN],
    ];
    for (const [index, of] of odd) expect(new Joint(LIMIT).add(part(index, of))).toBe('bad');
    const changing = new Joint(LIMIT);
    changing.add(part(0, 3));
    expect(changing.add(part(1, 2))).toBe('bad');
  });
});
