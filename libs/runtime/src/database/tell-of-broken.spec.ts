import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { tellOfBroken } from './tell-of-broken.js';

describe('of a connection that broke while nobody used it', () => {
  let lines: string[];
  let ending: boolean;
  let tell: (error: unknown) => void;
  beforeEach(() => {
    lines = [];
    ending = false;
    tell = tellOfBroken(
      pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) }),
      () => ending,
    );
  });

  it('code and message are told, and nothing of the client that hangs on the error', () => {
    const client = { connectionParameters: { password: 'hush', host: '10.1.2.3' } };
    tell(Object.assign(new Error('terminating connection'), { code: '57P01', client }));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 40, code: '57P01', reason: 'terminating connection', msg: 'an idle database connection broke' },
    ]);
  });

  it('nothing is told while its pool is ending', () => {
    ending = true;
    tell(new Error('Connection terminated unexpectedly'));
    expect(lines).toEqual([]);
  });
});
