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
    'Nebula and what it is compared with are measured in the same run on the same machine, a sample of the one and a',
    'sample of the other in turn. A ratio is one of medians. A row that the machine could not make is left out. Times and',
    'rates are those of the one machine below, where everything shares its processors: broker, store, api, monitor, all',
    'hosts and what measures them.',
    '',
    '```sh',
    'npm run bench                                # all rows, half an hour; writes this page',
    'npm run bench -- --rows 9,12 --json b.json   # some of them; every sample, for programs',
    '```',
    '',
    'Rows with hosts of their own need root. Every sample of this page is in [benchmarks.json](benchmarks.json).',
    '',
    ...markdownTable(['what', 'version'], Object.entries(versions)),
    '',
    ...results.flatMap(sectionOf),
  ].join('\n');
}

function sectionOf({ row, outcome }: Result): string[] {
  const { number, title, against, reach, how, limits } = row;
  return [
    `## ${number}. ${title}`,
    '',
    `Against: ${against}. To reach: ${reach}.`,
    '',
    how,
    '',
    ...figuresOf(outcome),
    '',
    ...(limits === undefined ? [] : [`What limits it: ${limits}`, '']),
    ...(outcome.plot ? [`![${outcome.plot.title}](${PLOTS}/${plotOf(number)})`, ''] : []),
  ];
}
