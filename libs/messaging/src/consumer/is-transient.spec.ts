import { describe, expect, it } from '@jest/globals';
import { isTransient } from './is-transient.js';
import { sentenceOf } from './sentence-of.js';

const failure = (message: string, more: object = {}) => Object.assign(new Error(message), more);

describe('isTransient', () => {
  it.each([
    ['a server that shuts down', failure('terminating', { code: '57P01' })],
    ['a deadlock', failure('deadlock detected', { code: '40P01' })],
    ['a serialization failure', failure('could not serialize', { code: '40001' })],
    ['too many connections', failure('sorry, too many clients', { code: '53300' })],
    ['a refused connection', failure('connect', { code: 'ECONNREFUSED' })],
    ['a lost connection without a code', failure('Connection terminated unexpectedly')],
    ['a pool that gives no connection', failure('timeout exceeded when trying to connect')],
    ['a wrapped one', failure('query failed', { cause: failure('x', { code: 'ECONNRESET' }) })],
  ])('says yes of %s', (_name, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    ['a broken constraint', failure('duplicate key', { code: '23505' })],
    ['a division by zero', failure('division by zero', { code: '22012' })],
    ['a missing table', failure('no such table', { code: '42P01' })],
    ['a bug', new TypeError('x is undefined')],
    ['a missing file', failure('no such file', { code: 'ENOENT' })],
    ['text', 'ECONNREFUSED'],
    ['nothing', undefined],
  ])('says no of %s', (_name, error) => {
    expect(isTransient(error)).toBe(false);
  });
});

describe('sentenceOf', () => {
  it('names an error and its message', () => {
    expect(sentenceOf(new RangeError('too far'))).toBe('RangeError: too far');
  });

  it('finds the message of the plain objects that RPC filters make', () => {
    expect(sentenceOf({ status: 'error', message: 'Internal server error' })).toBe('Internal server error');
  });

  it('has words for anything', () => {
    expect([sentenceOf('text'), sentenceOf(undefined)]).toEqual(['text', 'undefined']);
  });
});
