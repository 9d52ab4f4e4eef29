import { HttpException } from '@nestjs/common';
import { DomainError, type ErrorKind } from '@nebula/domain';
import { STATUS_CODES } from 'node:http';
import { ParameterError } from './parameter-error';
import type { ProblemDetails } from './problem.dto';

export const PROBLEM_TYPE = 'application/problem+json';

const STATUS_OF_KIND: Record<ErrorKind, number> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  precondition: 412,
  'too-large': 413,
  unsupported: 415,
  unprocessable: 422,
  unavailable: 503,
};

/** Codes of errors that the HTTP framework itself finds, by their status. */
const CODE_OF_STATUS: Record<number, string> = {
  400: 'bad-request',
  404: 'no-such-path',
  405: 'method-not-allowed',
  413: 'body-too-large',
  414: 'path-too-long',
  415: 'unsupported-media-type',
  429: 'too-many-failures',
  431: 'headers-too-large',
};

const UNAVAILABLE_RETRY_SECONDS = 2;
const FAILURES_RETRY_SECONDS = 5;

/** An answer that says what went wrong. */
export interface ProblemAnswer {
  body: ProblemDetails;
  headers: Record<string, string>;
}

/** The answer for whatever was thrown. Of an error that we do not know, nothing is told to the caller. */
export function problemOf(error: unknown, instance: string): ProblemAnswer {
  if (error instanceof DomainError) return ofDomain(error, instance);
  const status = statusOf(error);
  if (status === undefined || status >= 500) {
    return answer(500, 'internal', 'Something went wrong here; it is in the log.', instance);
  }
  const result = answer(status, CODE_OF_STATUS[status] ?? 'bad-request', (error as Error).message, instance);
  if (status === 429) result.headers['retry-after'] = String(FAILURES_RETRY_SECONDS);
  return result;
}

/** Whether the error is a defect of ours rather than an answer to somebody. */
export const isUnexpected = (error: unknown): boolean =>
  !(error instanceof DomainError) && (statusOf(error) ?? 500) >= 500;

export function answer(
  status: number,
  code: string,
  detail: string,
  instance: string,
  errors: ProblemDetails['errors'] = [],
): ProblemAnswer {
  const title = STATUS_CODES[status] ?? 'Error';
  const body = { type: `urn:nebula:problem:${code}`, title, status, detail, instance, code, errors };
  return { body, headers: {} };
}

function ofDomain(error: DomainError, instance: string): ProblemAnswer {
  const errors = error instanceof ParameterError ? error.parameters : error.problems;
  const result = answer(STATUS_OF_KIND[error.kind], error.code, error.message, instance, errors);
  if (error.kind === 'unauthorized') result.headers['www-authenticate'] = 'Basic realm="nebula", charset="UTF-8"';
  if (error.kind === 'unavailable') result.headers['retry-after'] = String(UNAVAILABLE_RETRY_SECONDS);
  return result;
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}
