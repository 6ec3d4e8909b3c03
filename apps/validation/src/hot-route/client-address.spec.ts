import { expect, test } from '@jest/globals';
import { createClientAddress } from './client-address.js';

const PROXIES = ['10.0.0.0/8', '192.0.2.1', 'fd00::/8'];

test.each([
  ['without proxies the header is not looked at', [], '203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['a peer that is no proxy cannot choose', PROXIES, '203.0.113.9', '1.1.1.1', '203.0.113.9'],
  ['a proxy says who asked it', PROXIES, '10.1.2.3', '1.1.1.1', '1.1.1.1'],
  ['what the client put in front does not count', PROXIES, '10.1.2.3', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
  ['proxies behind proxies are walked through', PROXIES, '10.1.2.3', '1.1.1.1, 192.0.2.1', '1.1.1.1'],
  ['all proxies: the one farthest away', PROXIES, '10.1.2.3', '10.9.9.9', '10.9.9.9'],
  ['garbage ends the walk', PROXIES, '10.1.2.3', '1.1.1.1, garbage, 10.0.0.1', '10.0.0.1'],
  ['a proxy that says nothing', PROXIES, '10.1.2.3', undefined, '10.1.2.3'],
  ['an empty header', PROXIES, '10.1.2.3', '', '10.1.2.3'],
  ['IPv4 that comes as IPv6', PROXIES, '::ffff:10.1.2.3', '::ffff:1.1.1.1', '1.1.1.1'],
  ['IPv6 proxies', PROXIES, 'fd00::7', '2001:db8::1', '2001:db8::1'],
  ['several headers', PROXIES, '10.1.2.3', ['6.6.6.6', '1.1.1.1'], '1.1.1.1'],
  ['a socket that is gone', PROXIES, undefined, '1.1.1.1', 'unknown'],
  ['a socket that is gone, without proxies', [], undefined, undefined, 'unknown'],
])('%s', (_name, proxies, peer, header, client) => {
  expect(createClientAddress(proxies)(peer, header)).toBe(client);
});
