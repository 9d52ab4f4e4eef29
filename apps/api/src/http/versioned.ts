import {
  applyDecorators,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { pathOf, type Reply, type Request } from './fastify';
import { map, type Observable } from 'rxjs';
import { etagOf, isKnown } from './etag';

interface Document {
  name: string;
  generation: number;
}

/** ETag, 304 and Location are said of documents in one place. */
@Injectable()
class VersionedInterceptor implements NestInterceptor<Document, Document | undefined> {
  intercept(context: ExecutionContext, next: CallHandler<Document>): Observable<Document | undefined> {
    const request = context.switchToHttp().getRequest<Request>();
    const reply = context.switchToHttp().getResponse<Reply>();
    return next.handle().pipe(map((document) => this.dress(document, request, reply)));
  }

  private dress(document: Document, request: Request, reply: Reply): Document | undefined {
    void reply.header('etag', etagOf(document.generation));
    if (reply.statusCode === 201) {
      void reply.header('location', `${pathOf(request)}/${encodeURIComponent(document.name)}`);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return document;
    if (!isKnown(request.headers['if-none-match'], document.generation)) return document;
    void reply.code(304);
    return undefined;
  }
}

/** For operations that answer with a document that has a generation. */
export const Versioned = (): MethodDecorator => applyDecorators(UseInterceptors(VersionedInterceptor));
