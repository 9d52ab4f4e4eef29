import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { pathOf, type Reply, type Request } from '../http/fastify';
import type { KnownRoutes } from '../http/known-routes';
import { answer, isUnexpected, PROBLEM_TYPE, problemOf, type ProblemAnswer } from './problem';

/** Every error of every request leaves here, as problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Http');

  constructor(private readonly routes: KnownRoutes) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const reply = host.switchToHttp().getResponse<Reply>();
    // The path's pattern, not the path: what a caller put into it is none of the log's business.
    if (isUnexpected(error)) this.log.error(`${request.method} ${request.routeOptions?.url ?? '?'}`, stackOf(error));
    if (reply.sent) return;
    sendProblem(reply, this.wrongMethod(error, request) ?? problemOf(error, pathOf(request)));
  }

  /** 405 for a path that other methods have. */
  private wrongMethod(error: unknown, request: Request): ProblemAnswer | undefined {
    if (!request.is404 || !(error instanceof HttpException)) return undefined;
    const allowed = this.routes.methodsOf(pathOf(request));
    if (allowed.length === 0) return answer(404, 'no-such-path', 'There is nothing at this path.', pathOf(request));
    const allow = allowed.join(', ');
    const result = answer(405, 'method-not-allowed', `This path takes ${allow}.`, pathOf(request));
    return { ...result, headers: { allow } };
  }
}

export function sendProblem(reply: Reply, problem: ProblemAnswer): void {
  void reply.code(problem.body.status).headers(problem.headers).type(PROBLEM_TYPE).send(JSON.stringify(problem.body));
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : 'not an Error');
