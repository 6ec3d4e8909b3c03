import { describe, expect, it, test } from '@jest/globals';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { isErrno } from './errno.js';

describe('an error of the system', () => {
  test.each<[string, unknown, boolean]>([
    ['with this code', Object.assign(new Error('x'), { code: 'EEXIST' }), true],
    ['of another realm, which is no Error of ours', { code: 'EEXIST' }, true],
    ['with another code', Object.assign(new Error('x'), { code: 'ENOENT' }), false],
    ['without one', new Error('EEXIST'), false],
    ['that is a text', 'EEXIST', false],
    ['that is null', null, false],
    ['that is nothing', undefined, false],
  ])('%s is told by its code alone', (_what, error, is) => {
    expect(isErrno(error, 'EEXIST')).toBe(is);
  });
});

it('an error tells its code, its sentence and what it came from', () => {
  const cause = new Error('initdb');
  const error = new EmbeddedPostgresError('create_failed', 'The cluster could not be created.', { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'EmbeddedPostgresError', code: 'create_failed', cause });
  expect(String(error)).toBe('EmbeddedPostgresError: The cluster could not be created.');
});
