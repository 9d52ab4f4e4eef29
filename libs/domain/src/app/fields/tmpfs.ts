import { accepted, distinctListOf, refused, type Parsed } from '../../parse/parsed';
import type { Tmpfs } from '../app';
import { mountPoint } from './paths';

const FLAGS = new Set(
  (
    'defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime ' +
    'nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime ' +
    'strictatime nostrictatime'
  ).split(' '),
);
const VALUES = new Map([
  ['size', /^\d+[kKmMgG%]?$/],
  ['mode', /^[0-7]{1,5}$/],
  ['uid', /^\d+$/],
  ['gid', /^\d+$/],
  ['nr_inodes', /^\d+[kKmMgG]?$/],
  ['nr_blocks', /^\d+[kKmMgG]?$/],
  ['mpol', /^[\w:=-]+$/],
]);

export const parseTmpfs = distinctListOf(parseMount, ({ target }) => target, 'the same path');

function parseMount(input: unknown): Parsed<Tmpfs> {
  if (typeof input !== 'string') return refused('must be "/path" or "/path:options"');
  const colon = input.indexOf(':');
  const [path, options] = colon < 0 ? [input, ''] : [input.slice(0, colon), input.slice(colon + 1)];
  const target = mountPoint(path);
  if (target === undefined) return refused('must be an absolute path that is not "/", with optional ":options"');
  const bad = options === '' ? undefined : options.split(',').find((option) => !isOption(option));
  if (bad !== undefined) return refused('has an option that Docker does not know, or with a value that it cannot have');
  return accepted({ target, options });
}

function isOption(option: string): boolean {
  const equals = option.indexOf('=');
  if (equals < 0) return FLAGS.has(option);
  return VALUES.get(option.slice(0, equals))?.test(option.slice(equals + 1)) ?? false;
}
