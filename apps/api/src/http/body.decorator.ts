import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError } from '@nebula/domain';
import type { Request } from './fastify';
import { MERGE_PATCH_TYPE, mediaTypeOf } from './content';

type JsonObject = Record<string, unknown>;

function bodyOf(context: ExecutionContext): { request: Request; body: JsonObject } {
  const request = context.switchToHttp().getRequest<Request>();
  if (request.body === undefined || request.body === null) {
    throw new DomainError('malformed', 'no-body', 'This request needs a body.', [
      { pointer: '', detail: 'is required' },
    ]);
  }
  return { request, body: request.body as JsonObject };
}

/** The whole document that was sent: an object, unknown otherwise. */
export const JsonBody = createParamDecorator((_: unknown, context: ExecutionContext): JsonObject => {
  const { request, body } = bodyOf(context);
  if (mediaTypeOf(request) === MERGE_PATCH_TYPE) {
    throw new DomainError('unsupported', 'unsupported-media-type', `Only PATCH takes ${MERGE_PATCH_TYPE}.`);
  }
  return body;
});

/** A merge patch (RFC 7396), under either of its media types. */
export const MergePatchBody = createParamDecorator(
  (_: unknown, context: ExecutionContext): JsonObject => bodyOf(context).body,
);
