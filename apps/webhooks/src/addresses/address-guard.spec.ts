import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAddressGuard } from './address-guard.js';
import { checkUrl } from './check-url.js';
import { isInternalName } from './denied-ranges.js';

const guard = createAddressGuard([]);
const strict = { allowHttp: false, guard };
const isAllowed = (url: string): boolean => 'url' in checkUrl(url, strict);

/** Spellings of hosts, as they can stand in a URL, that lead inside or nowhere. */
const FORBIDDEN_HOSTS = [
  // loopback in every spelling
  ...['127.0.0.1', '127.1', '127.0.1', '127.255.255.254', '2130706433', '0x7f000001', '0x7f.1', '0x7f.0.0.1'],
  ...['0177.0.0.1', '017700000001', '0177.1', '127.0.0.1.', '①②⑦.0.0.1', '127。0。0。1', '%31%32%37.0.0.1'],
  ...['[::1]', '[0:0:0:0:0:0:0:1]', '[::0001]', '[::]', '0', '0.0.0.0', '0x0', '00.0.0.0'],
  // IPv4 inside IPv6
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:7f00:1]', '[::127.0.0.1]', '[::7f00:1]'],
  ...['[::ffff:0:7f00:1]', '[::ffff:0:127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b::169.254.169.254]'],
  ...['[64:ff9b:1::a00:1]', '[2002:7f00:1::]', '[2002:a9fe:a9fe::1]', '[2001:0:7f00:1::]', '[2001::1]'],
  ...['[::ffff:8.8.8.8]', '[::ffff:10.0.0.1]'],
  // metadata
  ...['169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '[::ffff:a9fe:a9fe]', '[fd00:ec2::254]'],
  ...['100.100.100.200', '192.0.0.192', '168.63.129.16', '169.254.170.2'],
  // private, carrier-grade, link-local and their edges
  ...['10.0.0.0', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.255.255', '3232235777'],
  ...['100.64.0.0', '100.127.255.255', '169.254.0.1', '198.18.0.1', '198.19.255.255', '192.0.2.1', '198.51.100.7'],
  ...['203.0.113.9', '192.88.99.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '0.1.2.3'],
  ...['[fc00::1]', '[fdff::1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[ff02::1]', '[100::1]', '[2001:db8::1]'],
  ...['[3fff::1]', '[5f00::1]', '[4000::1]', '[8000::1]', '[2001:1ff::1]'],
  // names that are only known inside
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'printer.local', 'metadata.google.internal', 'intranet'],
  ...['webhooks.default.svc', 'webhooks.default.svc.cluster.local', 'nas.home.arpa', 'localhost.localdomain'],
];

const ALLOWED_HOSTS = [
  ...['example.com', 'hooks.example.com.', 'localhost.example.com', 'bücher.example', 'svc.example.org'],
  ...['8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255', '128.0.0.1'],
  ...['172.15.255.255', '172.32.0.0', '169.253.255.255', '169.255.0.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '192.0.1.1'],
  ...['[2606:4700::1111]', '[2a00:1450::1]', '[2001:200::1]', '[2003::1]', '[2000::1]'],
];

describe('the guard', () => {
  it('is tried with more than sixty spellings', () => {
    expect(new Set(FORBIDDEN_HOSTS).size).toBeGreaterThan(60);
  });

  it.each(FORBIDDEN_HOSTS)('refuses https://%s', (host) => {
    expect(isAllowed(`https://${host}/hook`)).toBe(false);
  });

  it.each(ALLOWED_HOSTS)('allows https://%s', (host) => {
    expect(isAllowed(`https://${host}/hook`)).toBe(true);
  });

  it('refuses every private IPv4 address however it is wrapped or written', () => {
    const inside = fc.tuple(fc.constantFrom(10, 127), fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(inside, ([a, b, c, d]) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const words = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const hosts = [
          `${a}.${b}.${c}.${d}`,
          String(number),
          `0x${number.toString(16)}`,
          `0${number.toString(8)}`,
          [a, b, c, d].map((part) => `0${part.toString(8)}`).join('.'),
          `${a}.${(b << 16) | (c << 8) | d}`,
          ...['::', '::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '2001::'].map((start) => `[${start}${words}]`),
          `[2002:${words}::1]`,
        ];
        return hosts.every((host) => !isAllowed(`https://${host}/`));
      }),
    );
  });

  it('refuses what is no address, and one with a zone', () => {
    for (const text of ['', 'example.com', '1.2.3', 'fe80::1%eth0', '2606:4700::1%1', '[::1]']) {
      expect(guard.allows(text)).toBe(false);
    }
  });
});

describe('a range that the operator allows', () => {
  const own = createAddressGuard(['10.1.0.0/16', '127.0.0.1', 'fd12::/16']);

  it('is reached, and nothing beside it', () => {
    expect(['10.1.2.3', '127.0.0.1', 'fd12::7'].map(own.allows)).toEqual([true, true, true]);
    expect(['10.2.0.1', '127.0.0.2', 'fd13::7', '169.254.169.254'].map(own.allows)).toEqual(Array(4).fill(false));
    expect(own.allows('8.8.8.8')).toBe(true);
  });

  it('lets internal names through to the look-up, which judges where they lead', () => {
    const policy = { allowHttp: false, guard: own };
    expect(checkUrl('https://hooks.default.svc/', policy)).toHaveProperty('url');
    expect(checkUrl('https://10.2.0.1/', policy)).toHaveProperty('refused');
  });

  it('is refused when it is no range', () => {
    expect(() => createAddressGuard(['ten'])).toThrow('ten is no range');
  });
});

describe('checkUrl', () => {
  it.each([
    ['not a URL', 'example.com/hook'],
    ['nothing', ''],
    ['another scheme', 'ftp://example.com/'],
    ['a script', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['http', 'http://example.com/'],
    ['another port', 'https://example.com:8443/'],
    ['a user', 'https://user@example.com/'],
    ['a user and a password', 'https://user:pass@example.com/'],
    ['a host that hides behind a user', 'https://example.com@127.0.0.1/'],
    ['a line break', 'https://example.com/\r\nx: y'],
    ['a line break within the host', 'https://exam\nple.com/'],
    ['a null', 'https://example.com/\u0000'],
    ['a space', ' https://example.com/'],
    ['half a character', 'https://example.com/\ud800'],
    ['a backslash that ends the host', 'https://127.0.0.1\\@example.com/'],
  ])('refuses %s', (_what, url) => {
    expect(checkUrl(url, strict)).toHaveProperty('refused');
  });

  it('takes port 443 said aloud, a path and a query', () => {
    expect(checkUrl('https://example.com:443/hook/7?a=b#c', strict)).toHaveProperty('url');
  });

  it('takes http and any port where the operator allows them, but no private address for that', () => {
    const lenient = { allowHttp: true, guard };
    expect(checkUrl('http://example.com/', lenient)).toHaveProperty('url');
    expect(checkUrl('https://example.com:8443/', lenient)).toHaveProperty('url');
    expect(checkUrl('http://127.0.0.1:8080/', lenient)).toHaveProperty('refused');
    expect(checkUrl('http://user@example.com/', lenient)).toHaveProperty('refused');
  });
});

describe('isInternalName', () => {
  it('does not take a public name for an internal one', () => {
    expect(['example.com', 'local.example', 'svc.io', 'mylocal.dev'].filter(isInternalName)).toEqual([]);
  });
});
