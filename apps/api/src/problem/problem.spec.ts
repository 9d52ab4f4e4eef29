import { NotFoundException } from '@nestjs/common';
import { DomainError } from '@nebula/domain';
import { ParameterError } from './parameter-error';
import { isUnexpected, problemOf } from './problem';

describe('a problem', () => {
  it('must say everything that RFC 9457 has, and every field at fault', () => {
    const error = new DomainError('malformed', 'invalid-app', 'Not valid.', [{ pointer: '/a', detail: 'is wrong' }]);
    expect(problemOf(error, '/x').body).toEqual({
      type: 'urn:nebula:problem:invalid-app',
      title: 'Bad Request',
      status: 400,
      detail: 'Not valid.',
      instance: '/x',
      code: 'invalid-app',
      errors: [{ pointer: '/a', detail: 'is wrong' }],
    });
  });

  it('must name parameters where no field of a body is at fault', () => {
    const error = new ParameterError('invalid-query', [{ parameter: 'limit', detail: 'is wrong' }]);
    expect(problemOf(error, '/x').body).toMatchObject({ status: 400, errors: [{ parameter: 'limit' }] });
  });

  it('must say when to come again, and how to say who one is', () => {
    expect(problemOf(new DomainError('unavailable', 'x', ''), '/').headers).toEqual({ 'retry-after': '2' });
    expect(problemOf(new DomainError('unauthorized', 'x', ''), '/').headers).toHaveProperty('www-authenticate');
  });

  it('must tell nothing of what we do not know ourselves', () => {
    for (const error of [
      new Error('secret'),
      'secret',
      undefined,
      Object.assign(new Error('secret'), { statusCode: 503 }),
    ]) {
      const { body } = problemOf(error, '/');
      expect(body).toMatchObject({ status: 500, code: 'internal' });
      expect(JSON.stringify(body)).not.toContain('secret');
      expect(isUnexpected(error)).toBe(true);
    }
  });

  it('must keep the status that the framework found', () => {
    expect(problemOf(new NotFoundException('no'), '/').body).toMatchObject({ status: 404, code: 'no-such-path' });
    expect(problemOf(Object.assign(new Error('odd'), { statusCode: 418 }), '/').body).toMatchObject({ status: 418 });
    expect(isUnexpected(new NotFoundException())).toBe(false);
  });
});
