import { growthOf, isReached, ratio } from './comparison';

test('a ratio is how many times the median of the others ours is', () => {
  expect(ratio('starts', [30, 10, 20], [5, 100, 10], { atMost: 1.5 })).toMatchObject({ value: 2, unit: '×' });
});

test.each([
  [1.5, { atMost: 1.5 }, true],
  [1.51, { atMost: 1.5 }, false],
  [0.7, { atLeast: 0.7 }, true],
  [0.69, { atLeast: 0.7 }, false],
])('%d of %j: %s', (value, reach, reached) => {
  expect(isReached({ label: '', value, unit: '', reach })).toBe(reached);
});

test('must not take what is not a number for reached', () => {
  expect(isReached({ label: '', value: Number.NaN, unit: '', reach: { atMost: 1 } })).toBe(false);
  expect(isReached({ label: '', value: Number.NaN, unit: '', reach: { atLeast: 1 } })).toBe(false);
});

test('growth is the power of x that y grows with, whatever the factor', () => {
  const sizes = [25, 50, 100, 200, 400];
  expect(growthOf(sizes.map((x) => [x, 7 * x]))).toBeCloseTo(1);
  expect(growthOf(sizes.map((x) => [x, 0.01 * x ** 2]))).toBeCloseTo(2);
  expect(growthOf(sizes.map((x) => [x, 3]))).toBeCloseTo(0);
});
