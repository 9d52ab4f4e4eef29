import { DomainError } from '@nebula/domain';

/** One query parameter or header at fault. */
export interface ParameterProblem {
  parameter: string;
  detail: string;
}

/** A query parameter or header that can't be read: JSON pointers name fields of bodies only, so these have names. */
export class ParameterError extends DomainError {
  constructor(
    code: string,
    readonly parameters: ParameterProblem[],
  ) {
    super('malformed', code, parameters.map((p) => `${p.parameter}: ${p.detail}`).join('; '));
  }
}
