export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Prints what each stage took and counted. */
export function printTable(rows) {
  const heads = ['stage', 'time', 'passed', 'failed', 'skipped'];
  const cells = rows.map((row) => [
    row.name,
    seconds(row.milliseconds),
    ...heads.slice(2).map((head) => row[head] ?? ''),
  ]);
  const total = seconds(rows.reduce((sum, row) => sum + row.milliseconds, 0));
  const lines = [heads, ...cells, ['all', total, '', '', '']].map((line) => line.map(String));
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const pad = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  console.log(`\n${lines.map((line) => line.map(pad).join('  ').trimEnd()).join('\n')}\n`);
}
