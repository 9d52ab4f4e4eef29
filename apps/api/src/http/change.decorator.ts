import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Reply, Request } from './fastify';
import { readQuery, wholeNumber } from './query';

export const MAX_WAIT_SECONDS = 60;

/** What every request that changes something says besides the change. */
export interface ChangeRequest {
  actor: string;
  ifMatch?: string;
  /** Absent: does not wait for hosts. */
  waitSeconds?: number;
  /** Aborted when nobody waits for the answer any more. */
  gone: AbortSignal;
}

export const Change = createParamDecorator((_: unknown, context: ExecutionContext): ChangeRequest => {
  const request = context.switchToHttp().getRequest<Request>();
  const reply = context.switchToHttp().getResponse<Reply>();
  const { wait } = readQuery<{ wait?: number }>(request.query, { wait: wholeNumber(0, MAX_WAIT_SECONDS) });
  return {
    actor: actorOf(request),
    ...(request.headers['if-match'] !== undefined && { ifMatch: request.headers['if-match'] }),
    ...(wait !== undefined && { waitSeconds: wait }),
    gone: goneSignal(reply),
  };
});

function goneSignal(reply: Reply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    // Answered: nobody hears of it any more, and to abort takes as long as to look the app up.
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Fails closed: a change without somebody who makes it is a hole in the auth hook. */
function actorOf({ actor }: Request): string {
  if (actor) return actor;
  throw new Error('a change was reached without credentials');
}
