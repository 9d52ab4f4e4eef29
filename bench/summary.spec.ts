import { medianOf, summaryOf } from './summary';

test('the median of an odd number of samples is the one in the middle', () => {
  expect(summaryOf([30, 1, 2])).toEqual({ min: 1, median: 2, max: 30 });
  expect(medianOf([7])).toBe(7);
});

test('the median of an even number is between the two in the middle', () => {
  expect(summaryOf([10, 1, 4, 2])).toEqual({ min: 1, median: 3, max: 10 });
});

test('leaves the samples in the order in which they were taken', () => {
  const samples = [3, 1, 2];
  summaryOf(samples);
  expect(samples).toEqual([3, 1, 2]);
});

test('refuses to sum up nothing', () => {
  expect(() => summaryOf([])).toThrow('no samples');
});
