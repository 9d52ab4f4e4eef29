import { DomainError, type Problem } from '../errors';

/** A document of many thousand faults is not answered with megabytes. */
const MAX_PROBLEMS = 100;

/** The error for these problems. Its sentence names the first; those beyond the hundredth are only counted. */
export function malformed(code: string, what: string, problems: readonly Problem[]): DomainError {
  const told = problems.slice(0, MAX_PROBLEMS);
  const untold = problems.length - told.length;
  if (untold > 0) told.push({ pointer: '', detail: `has ${untold} more problems` });
  const first = problems.slice(0, 1).map(({ pointer, detail }) => `${pointer} ${detail}`.trim());
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new DomainError('malformed', code, `${what} is not valid: ${first.join('')}${more}`, told);
}
