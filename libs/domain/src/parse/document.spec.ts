import { DomainError } from '../errors';
import { assertDocument } from './document';
import { malformed } from './malformed';

function refusal(value: unknown): DomainError | undefined {
  try {
    assertDocument(value);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function nested(levels: number, leaf: unknown = 'x'): unknown {
  let value = leaf;
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value };
  return value;
}

describe('a document', () => {
  it.each([null, true, 1.5, '', 'a', [], {}, { a: [{ b: null }] }, { a: undefined }, nested(32)])(
    'may be any decent JSON: %j',
    (value) => expect(refusal(value)).toBeUndefined(),
  );

  it('is refused beyond 32 levels, however deep it is', () => {
    expect(refusal(nested(33))?.code).toBe('too-deep');
    expect(refusal(nested(10_000))?.code).toBe('too-deep');
    expect(refusal(nested(1_000_000))?.code).toBe('too-deep');
  });

  it('is refused when it contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect(refusal(loop)?.code).toBe('too-deep');
  });

  it('is refused beyond 100,000 values, before they are looked at', () => {
    expect(refusal(Array.from({ length: 100_001 }, () => 1))?.code).toBe('too-many-values');
    expect(refusal({ ports: new Array(4_000_000_000) })?.code).toBe('too-many-values');
    expect(refusal(Array.from({ length: 400 }, () => Array.from({ length: 400 }, () => 1)))?.code).toBe(
      'too-many-values',
    );
  });

  it('has no NUL, no half characters, no endless numbers, nothing that is not JSON, no __proto__; all are told in order', () => {
    const value = {
      a: ['ok', 'x\0y', '\uD800', '😀'],
      'b/~': NaN,
      c: [Infinity, -Infinity, 1n, () => 1],
      'd\0': 1,
      ...(JSON.parse('{"e":{"__proto__":{"x":1}}}') as object),
    };
    expect(refusal(value)?.problems.map(({ pointer }) => pointer)).toEqual([
      '/a/1',
      '/a/2',
      '/b~1~0',
      '/c/0',
      '/c/1',
      '/c/2',
      '/c/3',
      '/d\0',
      '/e/__proto__',
    ]);
  });
});

describe('the error for problems', () => {
  const problem = (n: number) => ({ pointer: `/${n}`, detail: 'is wrong' });

  it('says the first in its sentence and counts the others', () => {
    expect(malformed('code', 'The app', [problem(1)]).message).toBe('The app is not valid: /1 is wrong');
    expect(malformed('code', 'The app', [problem(1), problem(2)]).message).toBe(
      'The app is not valid: /1 is wrong (and 1 more)',
    );
    expect(malformed('code', 'It', [{ pointer: '', detail: 'is wrong' }]).message).toBe('It is not valid: is wrong');
  });

  it('tells a hundred problems and counts those beyond', () => {
    const { problems } = malformed(
      'code',
      'It',
      Array.from({ length: 250 }, (_, n) => problem(n)),
    );
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toEqual({ pointer: '', detail: 'has 150 more problems' });
  });
});
