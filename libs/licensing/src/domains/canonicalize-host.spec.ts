import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalizeByIdna, canonicalizeHost, hasDevelopmentEnvironment, type HostKind } from './canonicalize-host.js';

const label63 = 'a'.repeat(63);

const accepted: readonly [input: string, host: string, kind: HostKind][] = [
  ['example.com', 'example.com', 'name'],
  ['EXAMPLE.Com', 'example.com', 'name'],
  ['example.com.', 'example.com', 'name'],
  ['example.com:443', 'example.com', 'name'],
  ['example.com.:8080', 'example.com', 'name'],
  ['example.com:65535', 'example.com', 'name'],
  ['a', 'a', 'name'],
  ['1.example', '1.example', 'name'],
  ['a--b.example', 'a--b.example', 'name'],
  ['ab--cd.example', 'ab--cd.example', 'name'],
  ['0xab.example', '0xab.example', 'name'],
  ['example.0xyz', 'example.0xyz', 'name'],
  [`${label63}.example`, `${label63}.example`, 'name'],
  [`${label63}.${label63}.${label63}.${'b'.repeat(61)}`, `${label63}.${label63}.${label63}.${'b'.repeat(61)}`, 'name'],
  ['bücher.example', 'xn--bcher-kva.example', 'name'],
  ['BÜCHER.example', 'xn--bcher-kva.example', 'name'],
  ['bu\u0308cher.example', 'xn--bcher-kva.example', 'name'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example', 'name'],
  ['XN--BCHER-KVA.example', 'xn--bcher-kva.example', 'name'],
  ['faß.de', 'xn--fa-hia.de', 'name'],
  ['ẞ.de', 'xn--zca.de', 'name'],
  ['日本語。jp', 'xn--wgv71a119e.jp', 'name'],
  ['日本語.jp．', 'xn--wgv71a119e.jp', 'name'],
  ['ｅｘａｍｐｌｅ．ｃｏｍ', 'example.com', 'name'],
  ['exam\u00adple.com', 'example.com', 'name'],
  ['пример.рф', 'xn--e1afmkfd.xn--p1ai', 'name'],
  ['localhost', 'localhost', 'development-name'],
  ['LOCALHOST:3000', 'localhost', 'development-name'],
  ['app.localhost', 'app.localhost', 'development-name'],
  ['shop.test', 'shop.test', 'development-name'],
  ['printer.local', 'printer.local', 'development-name'],
  ['ci.corp.internal', 'ci.corp.internal', 'development-name'],
  ['bücher.test', 'xn--bcher-kva.test', 'development-name'],
  ['nolocalhost', 'nolocalhost', 'name'],
  ['notlocalhost.com', 'notlocalhost.com', 'name'],
  ['local', 'local', 'name'],
  ['127.0.0.1', '127.0.0.1', 'loopback'],
  ['127.255.0.9:80', '127.255.0.9', 'loopback'],
  ['10.0.0.1', '10.0.0.1', 'private'],
  ['172.16.0.1', '172.16.0.1', 'private'],
  ['172.31.255.255', '172.31.255.255', 'private'],
  ['192.168.1.1:8443', '192.168.1.1', 'private'],
  ['[::1]', '::1', 'loopback'],
  ['[::1]:3000', '::1', 'loopback'],
  ['::1', '::1', 'loopback'],
  ['fd00::1', 'fd00::1', 'private'],
  ['[fc00:0:0:1::5]:80', 'fc00:0:0:1::5', 'private'],
  ['fd12:3456:789a:1:2:3:4:5', 'fd12:3456:789a:1:2:3:4:5', 'private'],
];

const refused: readonly [input: string, reason: string][] = [
  ['', 'empty'],
  ['.', 'empty'],
  [':80', 'empty'],
  ['a'.repeat(513), 'too_long'],
  [`${label63}.${label63}.${label63}.${'b'.repeat(62)}`, 'too_long'],
  ['example..com', 'label'],
  ['.example.com', 'label'],
  ['example.com..', 'label'],
  ['-example.com', 'label'],
  ['example-.com', 'label'],
  ['example.com-', 'label'],
  [`${label63}a.example`, 'label'],
  ['https://example.com', 'port'],
  ['http://127.0.0.1', 'port'],
  ['example.com/path', 'forbidden_character'],
  ['user@example.com', 'forbidden_character'],
  ['user:pass@example.com', 'port'],
  ['example.com?x', 'forbidden_character'],
  ['example.com#x', 'forbidden_character'],
  ['exa mple.com', 'forbidden_character'],
  [' example.com', 'forbidden_character'],
  ['example.com\n', 'forbidden_character'],
  ['example.com\0', 'forbidden_character'],
  ['exa\tmple.com', 'forbidden_character'],
  ['_dmarc.example.com', 'forbidden_character'],
  ['*.example.com', 'forbidden_character'],
  ['exam%70le.com', 'forbidden_character'],
  ['example.com\\evil', 'forbidden_character'],
  ['example.com:', 'port'],
  ['example.com:65536', 'port'],
  ['example.com:80a', 'port'],
  ['example.com:-1', 'port'],
  ['example.com:443.', 'port'],
  ['example.com:000080', 'port'],
  ['xn--a.example', 'idna'],
  ['xn--abc.example', 'idna'],
  ['xn--zz--a.example', 'idna'],
  ['xn--.example', 'label'],
  ['xn--abc-.example', 'label'],
  ['xn--fass-.de', 'label'],
  ['XN--example-.com', 'label'],
  ['xn--xn--a-.example', 'label'],
  ['xn--bücher.example', 'idna'],
  ['a\u200db.example', 'idna'],
  ['\u0301a.example', 'idna'],
  ['exam\u3000ple.com', 'idna'],
  ['example.com：80', 'idna'],
  ['example.com／path', 'idna'],
  ['user＠example.com', 'idna'],
  ['\ud800.example', 'idna'],
  ['\u05d0a.example', 'idna'],
  ['0\u05d0.example', 'idna'],
  ['example。。com', 'idna'],
  ['-bücher.example', 'label'],
  ['bücher-.example', 'label'],
  ['8.8.8.8', 'ip_address'],
  ['0.0.0.0', 'ip_address'],
  ['172.15.0.1', 'ip_address'],
  ['172.32.0.1', 'ip_address'],
  ['169.254.169.254', 'ip_address'],
  ['127.0.0.1.', 'ip_address'],
  ['127.1', 'ip_address'],
  ['127.0.0.01', 'ip_address'],
  ['0177.0.0.1', 'ip_address'],
  ['0x7f.0.0.1', 'ip_address'],
  ['0x7f000001', 'ip_address'],
  ['0X7F', 'ip_address'],
  ['2130706433', 'ip_address'],
  ['example.1', 'ip_address'],
  ['1.2.3.4.5', 'ip_address'],
  ['127.0.0.256', 'ip_address'],
  ['１２７.0.0.1', 'ip_address'],
  ['127。0。0。1', 'ip_address'],
  ['①.example.②', 'ip_address'],
  ['[::]', 'ip_address'],
  ['[2001:db8::1]', 'ip_address'],
  ['::ffff:127.0.0.1', 'ip_address'],
  ['::ffff:7f00:1', 'ip_address'],
  ['0:0:0:0:0:0:0:1', 'ip_address'],
  ['[0::1]', 'ip_address'],
  ['FD00::1', 'ip_address'],
  ['fd00:0:0:0:0:0:0:1', 'ip_address'],
  ['fd00::0:1', 'ip_address'],
  ['fd00::1::2', 'ip_address'],
  ['fe80::1', 'ip_address'],
  ['[fe80::1%eth0]', 'ip_address'],
  ['[]', 'ip_address'],
  ['[127.0.0.1]', 'ip_address'],
  ['[::1', 'forbidden_character'],
  ['[::1]x', 'port'],
  ['[::1]:', 'port'],
  ['::1]', 'ip_address'],
];

describe('canonicalizing a host', () => {
  test.each(accepted)('%j has the one spelling %j and is a %s', (input, host, kind) => {
    expect(canonicalizeHost(input)).toEqual({ ok: true, host, kind });
  });

  test.each(refused)('%j is refused: %s', (input, reason) => {
    expect(canonicalizeHost(input)).toEqual({ ok: false, reason });
  });

  it('takes every host but plain names for development', () => {
    const isDevelopment = (input: string): boolean => {
      const host = canonicalizeHost(input);
      return host.ok && hasDevelopmentEnvironment(host);
    };
    expect(['localhost', 'a.test', '::1', '10.1.2.3'].map(isDevelopment)).toEqual([true, true, true, true]);
    expect(isDevelopment('example.com')).toBe(false);
  });
});

const ldhLabel = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,12}[a-z0-9])?$/);
const ldhName = fc.array(ldhLabel, { minLength: 1, maxLength: 6 }).map((labels) => labels.join('.'));
const nearHost = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9.xn:[\]*_ -]{0,24}$/),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom('xn--', 'bcher-kva', 'ü', 'ß', '.', '。', 'a', '-', '1', 'א', '\u200d', ':', '80'), {
      maxLength: 8,
    })
    .map((parts) => parts.join('')),
);

describe('properties of canonicalizing', () => {
  it('is idempotent: a canonical host is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(ldhName, nearHost), (input) => {
        const once = canonicalizeHost(input);
        if (once.ok) expect(canonicalizeHost(once.host)).toEqual(once);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  it('says the same of plain names on the short way as UTS-46 does on the long one', () => {
    fc.assert(
      fc.property(fc.oneof(ldhName, fc.stringMatching(/^[a-z0-9.-]{1,30}$/)), (name) => {
        const short = canonicalizeHost(name);
        const long = canonicalizeByIdna(name.endsWith('.') ? name.slice(0, -1) : name);
        const isAddress = short.ok ? short.kind === 'loopback' || short.kind === 'private' : false;
        if (!isAddress) expect(short.ok ? short : 'refused').toEqual(long.ok ? long : 'refused');
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  it('gives ASCII bytes of a host name only, whatever comes in', () => {
    fc.assert(
      fc.property(nearHost, (input) => {
        const reading = canonicalizeHost(input);
        if (reading.ok) expect(reading.host).toMatch(/^[a-z0-9.:-]{1,253}$/);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});
