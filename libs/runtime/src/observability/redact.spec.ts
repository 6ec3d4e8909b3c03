import { describe, expect, it } from '@jest/globals';
import { createLogger } from './create-logger.js';
import { nestLogger } from './nest-logger.js';
import { redact } from './redact.js';

const KEY = 'lh_sk_0123456789abcdefghjkmnpqrstvwxyz012345';
const JWT = 'eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl';

const logged = (write: (logger: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  write(createLogger({ level: 'debug', service: 'metering', stream: { write: (line) => lines.push(line) } }));
  return lines.join('');
};

describe('a log line', () => {
  it.each([
    ['a secret key', KEY],
    ['a publishable key', KEY.replace('sk', 'pk')],
    ['the operator key', KEY.replace('sk', 'op')],
    ['a webhook secret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['a token', JWT],
  ])('never holds %s, wherever it stands', (_what, secret) => {
    const text = logged((logger) => {
      logger.info({ deep: { list: [secret] } }, `got ${secret}.`);
      logger.error({ err: new Error(`cannot use ${secret}`, { cause: new Error(secret) }) }, 'failed');
      logger.debug({ headers: { authorization: `Bearer ${secret}` } }, 'request');
      logger.child({ secret }).warn('child');
      nestLogger(logger).error(`nest says ${secret}`, `Error: ${secret}\n    at x`, 'Context');
    });
    expect(text).not.toContain(secret);
    expect(text.split('\n').filter(Boolean)).toHaveLength(5);
    for (const line of text.split('\n').filter(Boolean)) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  it.each(['password', 'secret', 'token', 'authorization', 'cookie', 'privateKey', 'email', 'Authorization'])(
    'never holds the value of a member called %s, whatever it looks like',
    (name) => {
      expect(logged((logger) => logger.info({ sent: { [name]: 'a "quoted" hush\\' } }, 'x'))).not.toContain('hush');
    },
  );

  it('holds no password of a URL, but says where it leads', () => {
    const line = redact('{"msg":"postgres://ann:hush@db.example:5432/x failed"}');
    expect(line).toBe('{"msg":"postgres://ann:***@db.example:5432/x failed"}');
  });

  it('leaves alone what is no secret', () => {
    const line = '{"msg":"lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s of ten_01jd at https://example.com:8080/a@b","tokens":3}';
    expect(redact(line)).toBe(line);
  });

  it('says level, time, service and version', () => {
    expect(JSON.parse(logged((logger) => logger.info('hello')))).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'metering',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      msg: 'hello',
    });
  });
});

describe("Nest's own messages", () => {
  it('are lines of the same log: what it tells of its start for debugging, errors with their stack', () => {
    const text = logged((logger) => {
      const nest = nestLogger(logger);
      nest.log('dependencies initialized', 'InstanceLoader');
      nest.error('it broke', 'Error: it broke\n    at x', 'ExceptionsHandler');
      nest.warn({ odd: true }, 'Somewhere');
      nest.error(new Error('thrown'));
    });
    expect(
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      expect.objectContaining({ level: 'debug', nest: 'InstanceLoader', msg: 'dependencies initialized' }),
      expect.objectContaining({ level: 'error', nest: 'ExceptionsHandler', stack: 'Error: it broke\n    at x' }),
      expect.objectContaining({ level: 'warn', nest: 'Somewhere', msg: '{"odd":true}' }),
      expect.objectContaining({ level: 'error', err: expect.objectContaining({ message: 'thrown' }) }),
    ]);
  });
});
