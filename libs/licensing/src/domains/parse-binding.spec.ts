import { describe, expect, test } from '@jest/globals';
import { parseBinding } from './parse-binding.js';

describe('reading the domain of a binding', () => {
  test.each([
    ['Example.COM', 'example.com', 'exact', true, 'production'],
    ['*.Example.com.', '*.example.com', 'wildcard', false, 'production'],
    ['**.example.com', '**.example.com', 'subtree', false, 'production'],
    ['*.bücher.example', '*.xn--bcher-kva.example', 'wildcard', false, 'production'],
    ['example.com:443', 'example.com', 'exact', true, 'production'],
    ['foo.github.io', 'foo.github.io', 'exact', true, 'production'],
    ['**.foo.github.io', '**.foo.github.io', 'subtree', false, 'production'],
    ['example.co.uk', 'example.co.uk', 'exact', true, 'production'],
    ['*.www.ck', '*.www.ck', 'wildcard', false, 'production'],
    ['localhost', 'localhost', 'exact', true, 'development'],
    ['*.localhost', '*.localhost', 'wildcard', false, 'development'],
    ['**.shop.test', '**.shop.test', 'subtree', false, 'development'],
    ['[::1]', '::1', 'exact', false, 'development'],
    ['10.0.0.1', '10.0.0.1', 'exact', false, 'development'],
  ])('%s becomes %s', (input, domain, kind, www, environment) => {
    expect(parseBinding(input, true)).toEqual({ binding: { domain, kind, www, environment } });
  });

  test('the www host of an exact binding can be left out', () => {
    expect(parseBinding('example.com', false)).toMatchObject({ binding: { www: false } });
  });

  test.each(['com', 'co.uk', '*.co.uk', '**.co.uk', '*.github.io', '**.github.io', 'github.io', 'intranet', '*.com'])(
    '%s is refused as a public suffix',
    (input) => {
      expect(parseBinding(input, true)).toMatchObject({ refusal: { code: 'license.domain_public_suffix' } });
    },
  );

  test.each(['*.kawasaki.jp', '*.compute.amazonaws.com', '*.xn--p1ai', '**.vercel.app', '*.ck', 'рф'])(
    '%s is refused as a public suffix, by wildcard rules, the private section and A-labels too',
    (input) => {
      expect(parseBinding(input, true)).toMatchObject({ refusal: { code: 'license.domain_public_suffix' } });
    },
  );

  test.each([
    '',
    '*',
    '*.',
    '**',
    '***.example.com',
    '*.*.example.com',
    'a.*.example.com',
    '*example.com',
    '*.8.8.8.8',
    '*.10.0.0.1',
    '**.::1',
    '8.8.8.8',
    'https://example.com',
    'user@example.com',
    'example.com/',
    'example .com',
  ])('%j is refused as no domain', (input) => {
    expect(parseBinding(input, true)).toMatchObject({ refusal: { code: 'license.domain_invalid' } });
  });

  test('a refusal says what is wrong in a sentence', () => {
    expect(parseBinding('https://example.com/x', true)).toEqual({
      refusal: {
        code: 'license.domain_invalid',
        detail:
          'The domain cannot be used: what follows its colon is not a port (give the host only, without scheme, path or user).',
      },
    });
  });
});
