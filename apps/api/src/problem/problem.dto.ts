/** One thing at fault: a field of the body (pointer) or a query parameter or header (parameter). */
export class ProblemItem {
  /**
   * RFC 6901 JSON pointer into the body; '' is the whole.
   * @example '/ports/0'
   */
  pointer?: string;
  /**
   * Name of the query parameter or header.
   * @example 'wait'
   */
  parameter?: string;
  /** @example 'must be a whole number from 1 to 65535' */
  detail!: string;
}

/** RFC 9457 problem details: what every error answers. */
export class ProblemDetails {
  /**
   * A URI for this kind of problem, stable.
   * @example 'urn:nebula:problem:invalid-app'
   */
  type!: string;
  /** @example 'Bad Request' */
  title!: string;
  /** @example 400 */
  status!: number;
  /** What went wrong, in words for a person. */
  detail!: string;
  /**
   * The path that was asked for.
   * @example '/api/v3/apps/web'
   */
  instance!: string;
  /**
   * Stable, kebab-case; programs may switch on it.
   * @example 'invalid-app'
   */
  code!: string;
  /** Everything at fault; empty where no field is. */
  errors!: ProblemItem[];
}
