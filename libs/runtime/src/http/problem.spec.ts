import { describe, expect, it } from '@jest/globals';
import { BadRequestException, ServiceUnavailableException } from '@nestjs/common';
import { ERRORS, type ErrorCode } from '@leasehold/contracts';
import { problemBody, problemOf } from './problem.js';
import { ProblemError } from './problem-error.js';

const withCode = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });
const ofFastify = (statusCode: number): Error => Object.assign(withCode('FST_ERR_X'), { statusCode });

describe('what was thrown becomes', () => {
  const unavailable: [string, unknown][] = [
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a host without a name', withCode('EAI_AGAIN')],
    ['all addresses refused', new AggregateError([withCode('ECONNREFUSED')])],
    ['a server shutting down', withCode('57P01')],
    ['a server starting up', withCode('57P03')],
    ['too many connections', withCode('53300')],
    ['a statement over its time', withCode('57014')],
    ['a deadlock', withCode('40P01')],
    ['a cut connection', new Error('Connection terminated unexpectedly')],
    ['a pool without a free connection', new Error('timeout exceeded when trying to connect')],
    ['one wrapped by TypeORM', Object.assign(new Error('x'), { driverError: withCode('ECONNRESET') })],
    ['one in a cause', new Error('x', { cause: withCode('08006') })],
    ['an answer 503 of Nest', new ServiceUnavailableException()],
  ];
  it.each(unavailable)('service_unavailable for %s', (_name, error) => {
    expect(problemOf(error)).toMatchObject({ code: 'service_unavailable', headers: { 'Retry-After': '1' } });
  });

  const internal: [string, unknown][] = [
    ['a bug', new TypeError('x is not a function')],
    ['a wrong statement', withCode('42601')],
    ['a broken constraint', withCode('23505')],
    ['a text', 'oops'],
    ['nothing', undefined],
    ['an error that causes itself', selfCaused()],
    ['a status without being of the framework', Object.assign(new Error('x'), { statusCode: 404 })],
  ];
  it.each(internal)('internal_error for %s', (_name, error) => {
    expect(problemOf(error).code).toBe('internal_error');
  });

  const statuses: [number, ErrorCode][] = [
    [400, 'malformed_request'],
    [404, 'not_found'],
    [413, 'body_too_large'],
    [414, 'not_found'],
    [415, 'unsupported_media_type'],
    [431, 'malformed_request'],
    [500, 'internal_error'],
    [399, 'internal_error'],
    [503, 'service_unavailable'],
  ];
  it.each(statuses)('the code of the status %i of the framework', (status, code) => {
    expect(problemOf(ofFastify(status)).code).toBe(code);
  });

  it('itself, when it is a refusal of ours', () => {
    const refusal = new ProblemError('license.not_found');
    expect(problemOf(refusal)).toBe(refusal);
  });
});

describe('the body of a problem', () => {
  const place = { publicUrl: 'https://x.test', instance: '/v1/x', requestId: 'r1' };

  it('says nothing of a message that was not written for the caller', () => {
    const body = problemBody(problemOf(new BadRequestException('secret-host unreachable')), place);
    expect(JSON.stringify(body)).not.toContain('secret-host');
    expect(body.detail).toBe(ERRORS.malformed_request.sentence);
  });

  it('has errors only where there are some', () => {
    const errors = [{ pointer: '/a', message: 'is required' }];
    expect(problemBody(new ProblemError('invalid_request', { errors }), place)).toMatchObject({ errors });
    expect(problemBody(new ProblemError('invalid_request'), place)).not.toHaveProperty('errors');
  });
});

function selfCaused(): Error {
  const error = new Error('x');
  error.cause = error;
  return error;
}
