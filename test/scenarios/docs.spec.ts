import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const FOLDERS = ['docs', 'docs/decisions'];

const markdownIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);

const PAGES = ['README.md', 'CONTRIBUTING.md', ...FOLDERS.flatMap(markdownIn)];
/** Folders of sources: what a build, an installation or a run makes is not there everywhere. */
const TOP = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$|dist$|coverage$)/.test(entry.name))
  .map(({ name }) => name);

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] as string);
const withoutBlocks = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '');

/** Where links of this site go, without the place in the page. */
function linksOf(text: string): string[] {
  const targets = all(withoutBlocks(text), /\]\(([^)\s]+)\)/g);
  return targets.map((target) => target.split('#')[0] ?? '').filter((target) => target !== '' && !/^\w+:/.test(target));
}

/** Words in backticks that begin with a folder of this repository. Patterns and names of packages are no paths. */
function pathsOf(text: string): string[] {
  const words = all(withoutBlocks(text), /`([^`\s]+)`/g);
  return words.filter((word) => TOP.includes(word.split('/')[0] ?? '') && word.includes('/') && !/[*{<]/.test(word));
}

const scriptsOf = (text: string): string[] => [
  ...all(text, /npm run ([a-z][\w:-]*)/g),
  ...all(text, /npm (start|test)\b/g),
];

describe.each(PAGES)('the page %s', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');

  it('must link to what exists', () => {
    const missing = linksOf(text).filter((target) => !existsSync(join(ROOT, dirname(page), target)));
    expect(missing).toEqual([]);
  });

  it('must name files that exist', () => {
    expect(pathsOf(text).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('must name npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    expect(scriptsOf(text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

it('the pages must name what is looked for here at all', () => {
  const texts = PAGES.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');
  for (const found of [linksOf(texts), pathsOf(texts), scriptsOf(texts)]) expect(found.length).toBeGreaterThan(10);
});
