import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { coveringBinding } from './covering-binding.js';
import { matchDomain } from './match-domain.js';
import { parseBinding, type ParsedBinding } from './parse-binding.js';

const bindingTo = (domain: string, www = true): ParsedBinding => {
  const parsed = parseBinding(domain, www);
  if ('refusal' in parsed) throw new Error(parsed.refusal.detail);
  return parsed.binding;
};

const covers = (domain: string, host: string): boolean => matchDomain(bindingTo(domain), host);

describe('what a binding covers', () => {
  test.each([
    ['example.com', 'example.com'],
    ['example.com', 'www.example.com'],
    ['*.example.com', 'a.example.com'],
    ['*.example.com', 'www.example.com'],
    ['**.example.com', 'example.com'],
    ['**.example.com', 'a.example.com'],
    ['**.example.com', 'a.b.c.example.com'],
    ['*.localhost', 'app.localhost'],
    ['::1', '::1'],
  ])('%s covers %s', (domain, host) => {
    expect(covers(domain, host)).toBe(true);
  });

  test.each([
    ['example.com', 'a.example.com'],
    ['example.com', 'ww.example.com'],
    ['example.com', 'wwwwexample.com'],
    ['example.com', 'www.www.example.com'],
    ['example.com', 'example.org'],
    ['example.com', 'badexample.com'],
    ['example.com', 'example.com.evil.org'],
    ['example.com', 'xample.com'],
    ['example.com', 'com'],
    ['*.example.com', 'example.com'],
    ['*.example.com', '.example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', 'badexample.com'],
    ['*.example.com', 'a.example.com.evil.org'],
    ['*.example.com', 'a-example.com'],
    ['**.example.com', 'badexample.com'],
    ['**.example.com', '.example.com'],
    ['**.example.com', 'example.com.evil.org'],
    ['**.example.com', 'com'],
    ['**.example.com', 'xexample.com'],
    ['10.0.0.1', 'www.10.0.0.1'],
  ])('%s does not cover %s', (domain, host) => {
    expect(covers(domain, host)).toBe(false);
  });

  it('leaves the www host out where the binding says so', () => {
    expect(matchDomain(bindingTo('example.com', false), 'www.example.com')).toBe(false);
    expect(matchDomain(bindingTo('example.com', false), 'example.com')).toBe(true);
  });

  it('covers by whole labels only: a host is covered exactly when its labels say so', () => {
    const label = fc.constantFrom('a', 'b', 'www', 'example', 'aexample', 'xn--bcher-kva');
    const host = fc
      .array(label, { minLength: 1, maxLength: 4 })
      .map((labels) => [...labels, 'example', 'com'].join('.'));
    const base = fc.array(label, { maxLength: 2 }).map((labels) => [...labels, 'example', 'com'].join('.'));
    const prefix = fc.constantFrom('', '*.', '**.');
    fc.assert(
      fc.property(prefix, base, fc.boolean(), fc.oneof(host, base, label), (start, name, www, asked) => {
        const labels = asked.split('.');
        const tail = (from: number): string => labels.slice(from).join('.');
        const expected = {
          '': asked === name || (www && labels[0] === 'www' && tail(1) === name),
          '*.': labels.length > 1 && tail(1) === name,
          '**.': labels.some((_label, from) => tail(from) === name),
        }[start];
        expect(matchDomain(bindingTo(start + name, www), asked)).toBe(expected);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });
});

describe('the covering binding', () => {
  const bindings = ['**.example.com', '**.b.example.com', '*.example.com', 'a.example.com'].map((domain) => ({
    ...bindingTo(domain),
    assurance: 'declared' as const,
    boundAt: 0,
  }));

  test.each([
    ['a.example.com', 'a.example.com'],
    ['www.a.example.com', 'a.example.com'],
    ['c.example.com', '*.example.com'],
    ['b.example.com', '*.example.com'],
    ['x.b.example.com', '**.b.example.com'],
    ['x.y.example.com', '**.example.com'],
    ['example.com', '**.example.com'],
  ])('of %s is the nearest one, %s, in whatever order they were bound', (host, domain) => {
    expect(coveringBinding(bindings, host)?.domain).toBe(domain);
    expect(coveringBinding(bindings.toReversed(), host)?.domain).toBe(domain);
  });

  it('is none for a host outside of all', () => {
    expect(coveringBinding(bindings, 'example.org')).toBeUndefined();
  });
});
