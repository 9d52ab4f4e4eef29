import { accepted, distinctListOf, refused, type Parsed } from '../../parse/parsed';
import type { Volume } from '../app';
import { cleanPath, mountPoint } from './paths';

const FORM = 'must be "/host/path:/path", "volume:/path" (both with an optional ":ro" and the like) or "/path"';
const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Docker takes at most one of each kind. */
const MODES = new Map<string, string>([
  ...['ro', 'rw'].map((mode) => [mode, 'access'] as const),
  ...['z', 'Z'].map((mode) => [mode, 'label'] as const),
  ...['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'].map((mode) => [mode, 'propagation'] as const),
  ...['consistent', 'cached', 'delegated'].map((mode) => [mode, 'consistency'] as const),
  ['nocopy', 'copy'],
]);

export const parseVolumes = distinctListOf(parseVolume, ({ target }) => target, 'the same path in the container');

function parseVolume(input: unknown): Parsed<Volume> {
  if (typeof input !== 'string') return refused(FORM);
  const parts = input.split(':');
  if (parts.length > 3) return refused(FORM);
  const [source, path, modes = ''] = parts.length === 1 ? [undefined, input] : parts;
  const target = mountPoint(path);
  if (target === undefined) return refused(`${FORM}; the path in the container is absolute and not "/"`);
  if (source === undefined) return accepted({ target, mode: '' });
  const from = cleanPath(source) ?? (VOLUME_NAME.test(source) ? source : undefined);
  if (from === undefined) return refused(`${FORM}; a volume's name has at least two of a-z A-Z 0-9 _ . -`);
  const mode = parseModes(modes, from.startsWith('/'));
  return mode.ok ? accepted({ source: from, target, mode: mode.value }) : mode;
}

/** Sorted, without what is the default anyway: two spellings of one mode are the same text. */
function parseModes(text: string, isHostPath: boolean): Parsed<string> {
  if (text === '') return accepted('');
  const modes = text.split(',');
  const kinds = modes.map((mode) => MODES.get(mode));
  if (kinds.includes(undefined)) return refused(`has a mode that is none of ${[...MODES.keys()].join(', ')}`);
  if (new Set(kinds).size < kinds.length) return refused('has two modes of one kind');
  if (isHostPath && kinds.includes('copy')) return refused('cannot be nocopy: that is for named volumes');
  if (!isHostPath && kinds.includes('propagation')) return refused('cannot have a propagation: that is for host paths');
  return accepted(
    modes
      .filter((mode) => mode !== 'rw')
      .sort()
      .join(','),
  );
}
