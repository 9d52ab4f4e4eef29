import { DomainError, type Problem } from '@nebula/domain';

/**
 * Parses a document of which some things are known to be wrong already: all that is wrong is told at once.
 * @param code of the error when only `found` is wrong
 */
export function parseTogether<T>(found: Problem[], code: string, parse: () => T): T {
  try {
    const parsed = parse();
    if (found.length === 0) return parsed;
    throw new DomainError('malformed', code, describe(found), found);
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind !== 'malformed' || error.problems === found) throw error;
    throw new DomainError('malformed', error.code, error.message, [...found, ...error.problems]);
  }
}

const describe = (problems: Problem[]): string => problems.map((p) => `${p.pointer} ${p.detail}`).join('; ');
