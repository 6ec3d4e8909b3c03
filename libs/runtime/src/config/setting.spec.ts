import { describe, expect, it } from '@jest/globals';
import { type Setting, setting } from './setting.js';

const described = { env: 'LEASEHOLD_X', description: 'For the test.' } as const;
const read = <T>({ parse }: Setting<T>, text: string): unknown => {
  const reading = parse(text);
  return 'value' in reading ? reading.value : reading.problem;
};

describe('a whole number', () => {
  const bounded = setting.integer({ ...described, default: 5, min: -2, max: 9 });
  const open = setting.integer({ ...described, default: 5 });

  it.each([
    [bounded, '-2', -2],
    [bounded, '9', 9],
    [bounded, '007', 7],
    [open, '0', 0],
    [open, '9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('may be as small and as large as its bounds: %#', (kind, text, value) => {
    expect(read(kind, text)).toBe(value);
  });

  it.each([
    [bounded, '-3', 'must be a whole number from -2 to 9'],
    [bounded, '10', 'must be a whole number from -2 to 9'],
    [open, '-1', 'must be a whole number of at least 0'],
    [open, '9007199254740992', 'must be a whole number of at least 0'],
    [open, '+1', 'must be a whole number of at least 0'],
    [open, '1_000', 'must be a whole number of at least 0'],
    [open, '١', 'must be a whole number of at least 0'],
  ])('is refused beyond them, and in any other spelling: %#', (kind, text, problem) => {
    expect(read(kind, text)).toBe(problem);
  });

  it('shows its bounds and its default to an operator', () => {
    expect([bounded.type, bounded.defaultText]).toEqual(['whole number from -2 to 9', '5']);
    expect(open.type).toBe('whole number of at least 0');
  });
});

describe('true or false', () => {
  const kind = setting.boolean({ ...described, default: true });

  it('is exactly one of the two words', () => {
    expect(['true', 'false'].map((text) => read(kind, text))).toEqual([true, false]);
    for (const text of ['TRUE', '1', 'yes', 'on', ' true']) expect(read(kind, text)).toBe('must be true or false');
    expect([kind.fallback, kind.defaultText, kind.type]).toEqual([true, 'true', 'true or false']);
  });
});

describe('a URL', () => {
  const web = setting.url({ ...described, defaultText: 'http://localhost:<port>' });
  const base = setting.url({ ...described, isBase: true });
  const database = setting.url({ ...described, protocols: ['postgres', 'postgresql'], secret: true });

  it.each([
    [web, 'https://x.example', 'https://x.example'],
    [web, 'https://x.example/base//', 'https://x.example/base'],
    [web, 'HTTP://X.example', 'HTTP://X.example'],
    [web, 'https://x.example/?a=b#c', 'https://x.example/?a=b#c'],
    [base, 'https://x.example/base/', 'https://x.example/base'],
    [database, 'postgresql://u:p@h:5432/d?sslmode=require', 'postgresql://u:p@h:5432/d?sslmode=require'],
  ])('is taken as it was written, but for slashes at its end: %#', (kind, text, value) => {
    expect(read(kind, text)).toBe(value);
  });

  it.each([
    [web, 'x.example'],
    [web, '//x.example'],
    [web, 'https://'],
    [web, 'ftp://x.example'],
    [web, 'postgres://h/d'],
    [web, 'https://x.example '],
    [web, '\nhttps://x.example'],
    [web, 'https://x .example'],
    [base, 'https://x.example?tenant=1'],
    [base, 'https://x.example/base?'],
    [base, 'https://x.example/#top'],
    [database, 'https://x.example'],
    [database, 'h/d'],
  ])(
    'is refused for another protocol, with blanks, as a base with a query or fragment, or when it is none: %#',
    (kind, text) => {
      expect(read(kind, text)).toBe(`must be a ${kind.type}`);
    },
  );

  it('has no default but may say what it will be', () => {
    expect([web.fallback, web.defaultText, web.secret]).toEqual([undefined, 'http://localhost:<port>', false]);
    expect([database.fallback, database.defaultText, database.secret]).toEqual([undefined, undefined, true]);
  });
});

describe('a list', () => {
  it('has its items without blanks, and none when it is absent', () => {
    const kind = setting.list(described);
    expect(read(kind, ' a,b ,, c d,')).toEqual(['a', 'b', 'c d']);
    expect(read(kind, ' , ')).toEqual([]);
    expect([kind.fallback, kind.defaultText, kind.type]).toEqual([[], undefined, 'list, separated by commas']);
  });
});

describe('a list of address ranges', () => {
  const kind = setting.cidrs(described);

  it.each(['0.0.0.0/0', '255.255.255.255/32', '10.1.2.3', '::/0', '::1/128', '2001:db8::/32', '::ffff:10.0.0.1'])(
    'takes %s',
    (text) => expect(read(kind, text)).toEqual([text]),
  );

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0.0/0008',
    '::/129',
    '10.0.0.256',
    '1.2.3.4/ 8',
    'localhost',
    '10.0.0.0-10.0.0.9',
    '::1/x',
    '*',
  ])('does not take %s, and says which item it was', (text) => {
    expect(read(kind, `127.0.0.1, ${text}`)).toBe(`must be addresses or CIDR ranges: ${text} is not`);
  });

  it('says what it takes', () => {
    expect([kind.type, kind.fallback]).toEqual(['list of addresses or CIDR ranges, separated by commas', []]);
  });
});

describe('one of several words', () => {
  const kind = setting.enumeration({ ...described, values: ['soft', 'hard'], default: 'hard' });

  it('is one of them as it is written', () => {
    expect(read(kind, 'soft')).toBe('soft');
    for (const text of ['Soft', 'soft ', 'medium']) expect(read(kind, text)).toBe('must be one of soft, hard');
    expect(kind).toMatchObject({ type: 'soft, hard', fallback: 'hard', defaultText: 'hard', secret: false });
  });
});

describe('a text', () => {
  it('is taken as it is, blanks too', () => {
    expect(read(setting.string(described), '  a ')).toBe('  a ');
    expect(setting.string({ ...described, default: 'x' })).toMatchObject({ fallback: 'x', defaultText: 'x' });
  });
});
