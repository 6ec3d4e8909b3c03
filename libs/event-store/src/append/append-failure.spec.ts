import { describe, expect, it } from '@jest/globals';
import { AppendRejectedError, UnknownOutcomeError } from '../errors.js';
import { appendFailure } from './append-failure.js';

const databaseError = (code: string, constraint?: string) => Object.assign(new Error('no'), { code, constraint });

describe('appendFailure', () => {
  it.each(['22P02', '23505', '42P01', 'P0001', 'P0002', '21000', '02000', 'LH001'])(
    'takes %s as a rejection',
    (code) => {
      const thrown = databaseError(code, 'slug_taken');
      const failure = appendFailure(thrown);
      expect(failure).toBeInstanceOf(AppendRejectedError);
      expect(failure).toMatchObject({ sqlState: code, constraint: 'slug_taken', cause: thrown });
    },
  );

  it.each(['08006', '53300', '57P01', '57014', '58030', 'XX000', '40P01', '40003', '55P03', 'ECONNRESET'])(
    'takes %s as an unknown outcome',
    (code) => {
      expect(appendFailure(databaseError(code))).toBeInstanceOf(UnknownOutcomeError);
    },
  );

  it('takes anything without a state as an unknown outcome', () => {
    for (const thrown of [new Error('gone'), 'gone', null, undefined, { code: 23505 }]) {
      expect(appendFailure(thrown)).toBeInstanceOf(UnknownOutcomeError);
    }
  });
});
