import { Injectable } from '@nestjs/common';
import type { Fastify, Reply, Request } from '../http/fastify';

/** Whether this replica was told to end: it says so first, so that whoever spreads requests turns to others in time. */
@Injectable()
export class Stopping {
  private told = false;

  get isTold(): boolean {
    return this.told;
  }

  begin(): void {
    this.told = true;
  }
}

/** Lets go of connections one by one while it still answers: one that is closed between two requests loses the second. */
export function endConnections(fastify: Fastify, stopping: Stopping): void {
  fastify.addHook('onSend', (_request: Request, reply: Reply, _payload: unknown, done) => {
    if (stopping.isTold) reply.header('connection', 'close');
    done();
  });
}
