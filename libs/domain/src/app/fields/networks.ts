import { accepted, distinctListOf, refused, type Parsed } from '../../parse/parsed';

/** Not networks to be on together with others, but ways to have none of one's own. */
const ALONE = ['host', 'none'];
const MAX_NAME = 128;

export const isAlone = (networks: readonly string[]): boolean => networks.some((name) => ALONE.includes(name));

export function parseNetworks(input: unknown): Parsed<string[]> {
  const list = distinctListOf(parseNetwork, (name) => name, 'the same network')(input);
  if (!list.ok) return list;
  if (list.value.length === 0) return refused('must name at least one network; "none" is for no network');
  if (list.value.length > 1 && isAlone(list.value)) return refused('"host" and "none" cannot be with other networks');
  return list;
}

function parseNetwork(input: unknown): Parsed<string> {
  if (typeof input !== 'string') return refused('must be the name of a network');
  if (input === 'default') return refused('no network can have this name; Docker\'s own is "bridge"');
  if (input.startsWith('container:')) return refused("cannot be another container's network");
  return input.length <= MAX_NAME && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(input)
    ? accepted(input)
    : refused(`must be 1 to ${MAX_NAME} letters, digits, '_', '.' and '-', beginning with a letter or digit`);
}
