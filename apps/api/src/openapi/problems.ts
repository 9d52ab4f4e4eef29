import { getSchemaPath } from '@nestjs/swagger';
import { answer, PROBLEM_TYPE } from '../problem/problem';
import type { ProblemDetails } from '../problem/problem.dto';

const WEB = '/api/v3/apps/web';

const problem = (
  description: string,
  status: number,
  code: string,
  detail: string,
  errors: ProblemDetails['errors'] = [],
  headers: object = {},
) => ({
  description,
  headers,
  content: {
    [PROBLEM_TYPE]: {
      schema: { $ref: getSchemaPath('ProblemDetails') },
      example: answer(status, code, detail, WEB, errors).body,
    },
  },
});

const header = (name: string, description: string, type: string, example: string | number) => ({
  [name]: { description, schema: { type, example } },
});

/** What each error of the api looks like. */
export const PROBLEMS = {
  400: problem('Malformed: every field and parameter at fault is named', 400, 'invalid-app', 'The app is not valid.', [
    { pointer: '/ports/0', detail: 'must be a whole number from 1 to 65535' },
  ]),
  401: problem(
    'No credentials, or wrong ones',
    401,
    'wrong-credentials',
    'These credentials are not right.',
    [],
    header('WWW-Authenticate', 'How to say who you are', 'string', 'Basic realm="nebula", charset="UTF-8"'),
  ),
  404: problem('There is no such thing', 404, 'no-such-app', 'There is no app "web".'),
  409: problem('Its state does not allow it', 409, 'app-exists', 'There is an app web already.'),
  412: problem('The document has moved', 412, 'moved', 'The document has moved: it is at generation 8 now.'),
  413: problem('More than 64 KiB of document, or 1 MiB of body', 413, 'app-too-large', 'The document is too large.'),
  415: problem('Not JSON', 415, 'unsupported-media-type', 'Unsupported Media Type'),
  422: problem('It names what does not exist, or clashes', 422, 'no-such-app', 'There is no app cache.', [
    { pointer: '/apps/1', detail: 'there is no app cache' },
  ]),
  429: problem(
    'Too many wrong credentials at once',
    429,
    'too-many-failures',
    'Too many wrong credentials at once.',
    [],
    header('Retry-After', 'Seconds', 'integer', 5),
  ),
  503: problem(
    'A part that is needed is away. Nothing was changed, unless `code` is `store-unknown`: then the change may have been stored, and repeating it is safe',
    503,
    'store-away',
    'The store is away.',
    [],
    header('Retry-After', 'Seconds', 'integer', 2),
  ),
} as const;

export type ProblemStatus = keyof typeof PROBLEMS;
