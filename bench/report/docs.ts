import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { markdownTable } from '../../test/fleet/markdown-table';
import { repository } from '../../test/services/repository';
import type { Versions } from '../machine';
import type { Result } from '../row';
import { figuresFor } from './figures';
import { svgOf } from './plot';
import { figuresOf } from './table';

const DOCS = join(repository, 'docs');
const PLOTS = 'benchmarks';

/** Writes docs/benchmarks.md, docs/benchmarks.json and the plots. Rows that were not made are not in them. */
export async function writeDocs(results: readonly Result[], versions: Versions): Promise<void> {
  const plots = join(DOCS, PLOTS);
  await rm(plots, { recursive: true, force: true });
  await mkdir(plots, { recursive: true });
  for (const { row, outcome } of results) {
    if (outcome.plot) await writeFile(join(plots, plotOf(row.number)), svgOf(outcome.plot));
  }
  await writeFile(join(DOCS, 'benchmarks.md'), pageOf(results, versions));
  await writeFile(join(DOCS, 'benchmarks.json'), figuresFor(results, versions));
}

const plotOf = (row: number): string => `row-${row}.svg`;

export function pageOf(results: readonly Result[], versions: Versions): string {
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --docs`; every sample is in [benchmarks.json](benchmarks.json). Nebula and what it is',
    'compared with are measured in the same run on the same machine, a sample of the one and a sample of the other in',
    'turn. A ratio is one of medians. A row that the machine could not make is left out.',
    '',
    ...markdownTable(['what', 'version'], Object.entries(versions)),
    '',
    ...results.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf({ row, outcome }: Result): string[] {
  const { number, title, against, reach, how } = row;
  return [
    `## ${number}. ${title}`,
    '',
    `Against: ${against}. To reach: ${reach}.`,
    '',
    how,
    '',
    ...figuresOf(outcome),
    '',
    ...(outcome.plot ? [`![${outcome.plot.title}](${PLOTS}/${plotOf(number)})`, ''] : []),
  ];
}
