import { describe, expect, it } from '@jest/globals';
import { isUnreachable } from './database-faults.js';

const withCode = (code: unknown): Error => Object.assign(new Error('x'), { code });
const causedBy = (error: Error, times: number): Error =>
  times === 0 ? error : new Error('x', { cause: causedBy(error, times - 1) });

describe('a database that may serve soon', () => {
  it.each([
    '08000',
    '08003',
    '08006',
    '08P01',
    '53000',
    '53100',
    '53200',
    '53300',
    '53400',
    '57P01',
    '57P02',
    '57P03',
    '57P05',
    '57014',
    '55P03',
    '40001',
    '40P01',
    '25006',
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EPIPE',
  ])('says %s', (code) => {
    expect(isUnreachable(withCode(code))).toBe(true);
  });

  it.each([
    'Connection terminated',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ])('is one of which pg says %j', (message) => {
    expect(isUnreachable(new Error(message))).toBe(true);
    expect(isUnreachable(new Error(`He said: ${message}`))).toBe(false);
  });

  it('is found in what wraps it, four deep, and in any of several attempts', () => {
    const cut = withCode('08006');
    expect(isUnreachable(Object.assign(new Error('x'), { driverError: cut }))).toBe(true);
    expect(isUnreachable(new AggregateError([new Error('other'), cut]))).toBe(true);
    expect(isUnreachable(causedBy(cut, 4))).toBe(true);
    expect(isUnreachable(causedBy(cut, 5))).toBe(false);
  });
});

describe('a statement that is wrong', () => {
  it.each([
    '42601',
    '42P01',
    '23505',
    '22P02',
    '57P04',
    '57P06',
    '42501',
    '55000',
    '40002',
    '25001',
    '08',
    'x08006',
    8006,
    null,
  ])('says %s, and will not go better next time', (code) => {
    expect(isUnreachable(withCode(code))).toBe(false);
  });

  it('is no outage when it is no error at all', () => {
    for (const thrown of [undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }]) {
      expect(isUnreachable(thrown)).toBe(false);
    }
  });
});
