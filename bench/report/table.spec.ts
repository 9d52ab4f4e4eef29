import type { Result } from '../row';
import { pageOf } from './docs';
import { figure } from './figure';
import { markdownTable } from '../../test/fleet/markdown-table';
import { tableOf } from './table';

const result: Result = {
  row: {
    number: 9,
    title: 'Reads',
    against: 'a bare handler',
    reach: '0.7 ×',
    how: 'By reading.',
    cannot: async () => undefined,
    run: () => Promise.reject(new Error('not run here')),
  },
  outcome: {
    series: [{ label: 'a | b', unit: 'ms', samples: [3, 1, 2, 4] }],
    comparisons: [
      { label: 'reads', value: 0.65, unit: '×', reach: { atLeast: 0.7 } },
      { label: 'growth', value: 1, unit: '', reach: { atMost: 1.1 } },
    ],
    notes: ['No standalone: no Docker.'],
  },
};

test('a table tells smallest, median and largest sample, and what is reached', () => {
  expect(tableOf([result]).split('\n')).toEqual([
    '| row | measured | min | median | max | unit | samples |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| 9 | a \\| b | 1.00 | 2.50 | 4.00 | ms | 4 |',
    '',
    '| row | compared | found | to reach | reached |',
    '| --- | --- | --- | --- | --- |',
    '| 9 | reads | 0.650 × | ≥ 0.7 × | no |',
    '| 9 | growth | 1.00 | ≤ 1.1 | yes |',
    '',
    'row 9: No standalone: no Docker.',
  ]);
});

test('the page has how each row was made, and a picture only of those that have a plot', () => {
  const page = pageOf([result], { 'Node.js': '24.0.0' });
  expect(page).toContain('| Node.js | 24.0.0 |');
  expect(page).toContain('## 9. Reads\n\nAgainst: a bare handler. To reach: 0.7 ×.\n\nBy reading.\n');
  expect(page).not.toContain('.svg');
  const axis = { title: 'x', log: false };
  const plot = { title: 'Many reads', x: axis, y: axis, lines: [] };
  const plotted = pageOf([{ ...result, outcome: { ...result.outcome, plot } }], {});
  expect(plotted).toContain('![Many reads](benchmarks/row-9.svg)');
});

test.each([
  [0, '0'],
  [0.000_012_34, '0.000012'],
  [0.012_34, '0.0123'],
  [1, '1.00'],
  [12.34, '12.3'],
  [123.4, '123'],
  [12_345.6, '12346'],
])('%d is written as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('a row of the table has as many cells as there are heads', () => {
  expect(markdownTable(['a', 'b'], [['1', '2']])).toEqual(['| a | b |', '| --- | --- |', '| 1 | 2 |']);
});
