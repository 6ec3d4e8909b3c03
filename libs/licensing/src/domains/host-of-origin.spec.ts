import { expect, test } from '@jest/globals';
import { hostOfOrigin } from './host-of-origin.js';

test.each([
  ['https://example.com', 'example.com'],
  ['http://localhost:3000', 'localhost'],
  ['https://xn--bcher-kva.example:8443', 'xn--bcher-kva.example'],
  ['http://[::1]:5173', '::1'],
])('%s speaks of %s', (origin, host) => {
  expect(hostOfOrigin(origin)).toMatchObject({ ok: true, host });
});

test.each(['null', 'file://', 'chrome-extension://abcdef', 'capacitor://localhost', ''])(
  'the origin %j names no host',
  (origin) => {
    expect(hostOfOrigin(origin)).toBeUndefined();
  },
);

test('a web origin that is none is a contradiction, not silence', () => {
  expect(hostOfOrigin('https://example.com/path')).toMatchObject({ ok: false });
});
