/** One thing wrong with an input: where (RFC 6901 JSON pointer into it, '' = the whole) and what, in words for a person. */
export interface Problem {
  pointer: string;
  detail: string;
}

/** What went wrong, in the few kinds that callers tell apart; HTTP status and exit codes are tables over these. */
export type ErrorKind =
  | 'malformed' // cannot be read at all, or fields at fault (400)
  | 'unprocessable' // well formed, but names what does not exist (422)
  | 'not-found' // 404
  | 'conflict' // exists already, or its state forbids it (409)
  | 'precondition' // If-Match names another generation (412)
  | 'too-large' // 413
  | 'unsupported' // media type (415)
  | 'unauthorized' // 401
  | 'forbidden' // 403
  | 'unavailable'; // a part that is needed is away (503)

/** An error that is part of the model: with a stable code for programs and a sentence for people. */
export class DomainError extends Error {
  constructor(
    readonly kind: ErrorKind,
    /** Stable, kebab-case; clients may switch on it. */
    readonly code: string,
    detail: string,
    readonly problems: Problem[] = [],
  ) {
    super(detail);
    this.name = 'DomainError';
  }
}
