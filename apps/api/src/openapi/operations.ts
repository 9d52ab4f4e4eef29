import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { CONTAINER_HEALTHS, CONTAINER_STATES } from '../hosts/container-page';
import { MAX_WAIT_SECONDS } from '../http/change.decorator';
import { JSON_TYPE, MERGE_PATCH_TYPE } from '../http/content';
import { DEFAULT_LIMIT, MAX_LIMIT } from '../http/paging';
import { PROBLEMS, type ProblemStatus } from './problems';

const problems = (...statuses: ProblemStatus[]): MethodDecorator[] =>
  statuses.map((status) => ApiResponse({ status, ...PROBLEMS[status] } as ApiResponseOptions));

const SECURED: ProblemStatus[] = [401, 429, 503];

const ETAG = { ETag: { description: 'The generation, quoted', schema: { type: 'string', example: '"7"' } } };
const LOCATION = {
  Location: { description: 'Where it is', schema: { type: 'string', example: '/api/v3/apps/web' } },
};

const answers = (status: number, type: Type, description: string, headers = {}): MethodDecorator =>
  ApiResponse({ status, type, description, headers } as ApiResponseOptions);

const page = (): MethodDecorator[] => [
  ApiQuery({
    name: 'limit',
    required: false,
    description: 'The most rows of a page',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  }),
  ApiQuery({
    name: 'cursor',
    required: false,
    description: 'The `nextCursor` of the page before',
    schema: { type: 'string' },
  }),
];

const wait = (): MethodDecorator =>
  ApiQuery({
    name: 'wait',
    required: false,
    description:
      'Seconds. Answers when no known host is converging any more, or when the time is up, with the counts as `rollout`. ' +
      'A container of settings or an image that are new to a host counts after 5 s without an exit: one that ends before is failed.',
    schema: { type: 'integer', minimum: 0, maximum: MAX_WAIT_SECONDS },
  });

const ifMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag that the change is meant for; when the document moved, 412',
    schema: { type: 'string', example: '"7"' },
  });

/** A page of everything. */
export const Lists = (type: Type): MethodDecorator =>
  applyDecorators(...page(), answers(200, type, 'A page'), ...problems(400, ...SECURED));

/** A page of what something has. */
export const ListsOf = (type: Type): MethodDecorator =>
  applyDecorators(...page(), answers(200, type, 'A page'), ...problems(400, 404, ...SECURED));

/** A document with a generation. */
export const Reads = (type: Type): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'The ETag that is known already; when it is still right, 304',
      schema: { type: 'string', example: '"7"' },
    }),
    answers(200, type, 'The newest document', ETAG),
    ApiResponse({ status: 304, description: 'It has not moved' }),
    ...problems(400, 404, ...SECURED),
  );

/** Something that is, without a generation of its own. */
export const Shows = (type: Type): MethodDecorator =>
  applyDecorators(answers(200, type, 'As it is now'), ...problems(404, ...SECURED));

/** Something that there is one of. */
export const ShowsOwn = (type: Type): MethodDecorator =>
  applyDecorators(answers(200, type, 'As it is now'), ...problems(400, ...SECURED));

/** A word of a person about the whole installation. */
export const Decides = (type: Type): MethodDecorator =>
  applyDecorators(answers(202, type, 'Accepted, durably: hosts are on their way'), ...problems(400, ...SECURED));

/** @param body name of the body's schema */
export const Creates = (type: Type, body: string): MethodDecorator =>
  applyDecorators(
    wait(),
    ApiBody({ required: true, schema: { $ref: getSchemaPath(body) } }),
    answers(201, type, 'Created, durably', { ...ETAG, ...LOCATION }),
    ...problems(400, 409, 413, 415, 422, ...SECURED),
  );

/** A changed document. @param body name of the body's schema; a patch may be sent under two media types */
export const Accepts = (type: Type, body: string): MethodDecorator =>
  applyDecorators(
    wait(),
    ifMatch(),
    ...(body.endsWith('Patch') ? [ApiConsumes(MERGE_PATCH_TYPE, JSON_TYPE)] : []),
    ApiBody({ required: true, schema: { $ref: getSchemaPath(body) } }),
    answers(202, type, 'Accepted, durably: hosts are on their way', ETAG),
    ...problems(400, 404, 412, 413, 415, 422, ...SECURED),
  );

/** A change that needs no words. @param condition 'running': 409 for a stopped app */
export const Changes = (type: Type, condition?: 'running'): MethodDecorator =>
  applyDecorators(
    wait(),
    ifMatch(),
    answers(202, type, 'Accepted, durably: hosts are on their way', ETAG),
    ...problems(400, 404, ...(condition ? [409 as const] : []), 412, 422, ...SECURED),
  );

/** @param condition 'unused': 409 while known hosts are in it */
export const Removes = (type: Type, condition?: 'unused'): MethodDecorator =>
  applyDecorators(
    wait(),
    ifMatch(),
    answers(202, type, 'Accepted, durably: it is deleted', ETAG),
    ...problems(400, 404, ...(condition ? [409 as const] : []), 412, ...SECURED),
  );

export const Forgets = (): MethodDecorator =>
  applyDecorators(ApiResponse({ status: 204, description: 'Forgotten' }), ...problems(404, ...SECURED));

/** Needs no credentials. */
export const Probes = (type: Type, ...statuses: ProblemStatus[]): MethodDecorator =>
  applyDecorators(answers(200, type, 'Yes'), ...problems(400, ...statuses));

const FILTERS = {
  host: { description: 'Only of this host', schema: { type: 'string' } },
  app: { description: 'Only of this app', schema: { type: 'string' } },
  group: { description: 'Only of this device group', schema: { type: 'string' } },
  state: { description: 'Only in this state', schema: { type: 'string', enum: [...CONTAINER_STATES] } },
  health: { description: 'Only of this health', schema: { type: 'string', enum: [...CONTAINER_HEALTHS] } },
} as const;

/** Filters of a list. */
export const FilteredBy = (...names: (keyof typeof FILTERS)[]): MethodDecorator =>
  applyDecorators(...names.map((name) => ApiQuery({ name, required: false, ...FILTERS[name] } as never)));
