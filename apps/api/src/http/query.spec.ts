import { anyText, oneOf, orElse, readQuery, wholeNumber } from './query';

const RULES = { limit: orElse(wholeNumber(1, 200), 50), state: oneOf(['a', 'b']), cursor: anyText };

describe('a query', () => {
  it('must be typed, with defaults for what is absent', () => {
    expect(readQuery({}, RULES)).toEqual({ limit: 50 });
    expect(readQuery(undefined, RULES)).toEqual({ limit: 50 });
    expect(readQuery({ limit: '200', state: 'b', cursor: 'x' }, RULES)).toEqual({
      limit: 200,
      state: 'b',
      cursor: 'x',
    });
  });

  it('must be refused with every parameter at fault', () => {
    const raw = { limit: '0', state: 'c', cursor: ['x', 'y'], other: '1', constructor: 'x' };
    expect(() => readQuery(raw, RULES)).toThrow(
      expect.objectContaining({
        kind: 'malformed',
        parameters: [
          { parameter: 'other', detail: 'is not known here' },
          { parameter: 'constructor', detail: 'is not known here' },
          { parameter: 'limit', detail: 'must be a whole number from 1 to 200' },
          { parameter: 'state', detail: 'must be one of a, b' },
          { parameter: 'cursor', detail: 'is given more than once' },
        ],
      }),
    );
  });

  it.each(['', ' 1', '1 ', '+1', '-1', '1.0', '1e2', '0x1', '201', '99999999999999999999', 'NaN', '١'])(
    'must not take %j for a whole number',
    (limit) => expect(() => readQuery({ limit }, RULES)).toThrow(/limit/),
  );

  it('must not hide a defect of a rule', () => {
    const broken = () => {
      throw new TypeError('defect');
    };
    expect(() => readQuery({}, { x: broken })).toThrow(TypeError);
  });
});
