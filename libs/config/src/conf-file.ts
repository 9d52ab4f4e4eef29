import type { Problem } from '@nebula/domain';

export const DEFAULT_CONF_FILE = 'nebula.conf.json';

export interface ConfSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when it can't; with `code` ENOENT when there is none. */
  readonly readFile: (path: string) => string;
}

export interface ConfFile {
  readonly path: string;
  readonly entries: readonly [key: string, value: unknown][];
  readonly problems: Problem[];
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

/** The file that `CONF_FILE` names must be there; the default one may be absent. */
export function readConfFile({ env, readFile }: ConfSources): ConfFile {
  const path = env['CONF_FILE'] || DEFAULT_CONF_FILE;
  const refuse = (detail: string): ConfFile => ({ path, entries: [], problems: [{ pointer: path, detail }] });
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && !env['CONF_FILE']) return { path, entries: [], problems: [] };
    return refuse(`cannot be read${reasonOf(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return refuse(`is not JSON${placeOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('must be a JSON object');
  return { path, entries: Object.entries(value), problems: [] };
}

export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return typeof code === 'string' ? ` (${code})` : '';
}

/** The parser's own words quote the text around, which may be a secret. */
function placeOf(error: unknown): string {
  const [place] = /\(line \d+ column \d+\)/.exec(String(error)) ?? [];
  return place === undefined ? '' : ` ${place}`;
}
