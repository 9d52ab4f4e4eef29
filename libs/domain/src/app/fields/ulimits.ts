import { nounProblems } from '../../parse/noun';
import { accepted, distinctListOf, refused, type Parsed } from '../../parse/parsed';
import { Ulimit } from './ulimit.noun';

export const parseUlimits = distinctListOf(parseUlimit, ({ name }) => name, 'the same limit');

const height = (limit: number): number => (limit === -1 ? Infinity : limit);

function parseUlimit(input: unknown): Parsed<Ulimit> {
  const problems = nounProblems(Ulimit, input);
  if (problems.length > 0) return { ok: false, problems };
  const { name, soft, hard } = input as Ulimit;
  return height(soft) <= height(hard) ? accepted({ name, soft, hard }) : refused('must not be above hard', '/soft');
}
