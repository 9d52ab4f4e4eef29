import { markdownTable } from '../../test/fleet/markdown-table';
import { type Comparison, isReached } from '../comparison';
import type { Outcome, Result, Series } from '../row';
import { summaryOf } from '../summary';
import { figure } from './figure';

/** All figures as Markdown, as the screen shows them. */
export function tableOf(results: readonly Result[]): string {
  const named = results.map(({ row, outcome }) => ({ number: String(row.number), outcome }));
  return [
    ...markdownTable(
      ['row', ...SERIES_HEADS],
      named.flatMap(({ number, outcome }) => outcome.series.map((each) => [number, ...seriesCells(each)])),
    ),
    '',
    ...markdownTable(
      ['row', ...COMPARISON_HEADS],
      named.flatMap(({ number, outcome }) => outcome.comparisons.map((each) => [number, ...comparisonCells(each)])),
    ),
    ...named.flatMap(({ number, outcome }) => (outcome.notes ?? []).map((note) => `\nrow ${number}: ${note}`)),
  ].join('\n');
}

/** The figures of one row. */
export function figuresOf({ series, comparisons, notes = [] }: Outcome): string[] {
  return [
    ...markdownTable(SERIES_HEADS, series.map(seriesCells)),
    '',
    ...markdownTable(COMPARISON_HEADS, comparisons.map(comparisonCells)),
    ...notes.flatMap((note) => ['', note]),
  ];
}

const SERIES_HEADS = ['measured', 'min', 'median', 'max', 'unit', 'samples'];
const COMPARISON_HEADS = ['compared', 'found', 'to reach', 'reached'];

function seriesCells({ label, unit, samples }: Series): string[] {
  const { min, median, max } = summaryOf(samples);
  return [label, ...[min, median, max].map(figure), unit, String(samples.length)];
}

function comparisonCells(comparison: Comparison): string[] {
  const { label, value, unit, reach } = comparison;
  const bound = 'atMost' in reach ? `≤ ${reach.atMost}` : `≥ ${reach.atLeast}`;
  const withUnit = (text: string) => `${text} ${unit}`.trimEnd();
  return [label, withUnit(figure(value)), withUnit(bound), isReached(comparison) ? 'yes' : 'no'];
}
