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

  it.each([
    ['after a line break', (secret: string) => `seen:\n${secret}`],
    ['after a tab', (secret: string) => `\t${secret}\t`],
    ['in quotes', (secret: string) => `"${secret}"`],
    ['in JSON within a text', (secret: string) => JSON.stringify({ key: secret })],
    ['in a query', (secret: string) => `/v1/licenses?key=${secret}&limit=1`],
    ['in a path', (secret: string) => `/v1/${secret}/x`],
    ['behind letters', (secret: string) => `key${secret}`],
    ['in a cookie', (secret: string) => `a=b; key=${secret}`],
  ])('never holds a secret %s', (_place, put) => {
    for (const secret of [
      KEY,
      KEY.toUpperCase(),
      JWT,
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'whsk_abcdefgh12345678',
    ]) {
      const text = logged((logger) => {
        logger.info(put(secret));
        logger.info({ value: put(secret), [put(secret)]: true }, 'x');
        logger.error(Object.assign(new Error('x'), { detail: put(secret), stack: put(secret) }));
      });
      expect(text).not.toContain(secret);
      for (const line of text.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  it('never holds what follows Bearer, whatever it looks like', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect(redact(`{"msg":"sent ${scheme} abc.def~g+/= to x"}`)).toBe('{"msg":"sent *** to x"}');
    }
  });

  it('never holds a list of values under the name of a secret', () => {
    const text = logged((logger) =>
      logger.info({ headers: { 'set-cookie': ['a=hush', 'b="hush"'], cookie: [] } }, 'x'),
    );
    expect(text).not.toContain('hush');
    expect(JSON.parse(text)).toMatchObject({ headers: { 'set-cookie': '***' } });
  });

  it.each(['postgres', 'POSTGRESQL', 'https', 'git+ssh'])(
    'holds no password of a URL of %s, but says where it leads',
    (scheme) => {
      const line = redact(`{"msg":"${scheme}://ann:hush@db.example:5432/x failed"}`);
      expect(line).toBe(`{"msg":"${scheme}://ann:***@db.example:5432/x failed"}`);
      expect(redact(`${scheme}://:hush@db`)).toBe(`${scheme}://:***@db`);
    },
  );

  it.each(['lh_sk_01234567', 'whsec_01234567', 'whsk_01234567', 'eyJabcd.e', 'Bearer 9'])(
    'never holds one as short as %s',
    (secret) => {
      expect(redact(secret)).toBe('***');
    },
  );

  it('masks each of several in one line', () => {
    expect(redact(`${KEY} ${KEY} ${JWT},${JWT}`)).toBe('*** *** ***,***');
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
