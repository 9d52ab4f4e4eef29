import { benchOptionsOf } from './options';

test('takes the rows that are asked for', () => {
  expect(benchOptionsOf(['--rows', '9,12', '--json', 'a.json'], [9, 10, 12])).toEqual({
    rows: [9, 12],
    json: 'a.json',
  });
  expect(benchOptionsOf([], [9])).toEqual({});
});

test.each(['8', '', '9,', '9-12'])('refuses rows that there are not: %p', (rows) => {
  expect(() => benchOptionsOf(['--rows', rows], [9, 10])).toThrow('--rows takes numbers of 9,10');
});
