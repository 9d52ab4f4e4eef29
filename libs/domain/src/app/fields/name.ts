import { accepted, refused, type Parsed } from '../../parse/parsed';

/** `<name>-1000` is a container's name, and by it others on its networks find it: a DNS label has 63 characters. */
const MAX_NAME = 58;

/** Docker's grammar of names, which is safe in URLs and routing keys too. */
export function parseName(input: unknown): Parsed<string> {
  if (typeof input !== 'string') return refused('must be a string');
  if (input.length > MAX_NAME) return refused(`must have at most ${MAX_NAME} characters`);
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(input)
    ? accepted(input)
    : refused("must begin with a letter or digit and have only letters, digits, '_', '.' and '-'");
}
