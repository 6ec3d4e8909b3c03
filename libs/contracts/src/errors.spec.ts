import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LICENSE_REFUSAL_CODES } from '@leasehold/licensing';
import { ERRORS, type ErrorDefinition } from './errors.js';
import { ROUTES } from './http/routes.js';

const folder = new URL('../../../docs/errors/', import.meta.url);
const codes = Object.keys(ERRORS);
const pageOf = (code: string): string => readFileSync(new URL(`${code}.md`, folder), 'utf8');

/** Lines of a page may be broken anywhere. */
const unbroken = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the pages about errors', () => {
  it('are one for each code and none for anything else', () => {
    expect(readdirSync(folder).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
  });

  it.each(codes)('%s: says what happened, why, and what to do, on one screen', (code) => {
    const page = pageOf(code);
    const { sentence, status, retryable }: ErrorDefinition = ERRORS[code as keyof typeof ERRORS];
    const outlook = retryable ? 'The same request may succeed later.' : 'The same request will be refused again.';
    expect(page.split('\n', 1)).toEqual([`# ${code}`]);
    expect(unbroken(page)).toContain(`${sentence} Status ${status}. ${outlook}`);
    expect(page).toMatch(/\n## Why\n\n[^#]+\n## What to do\n\n- [^#]+\n$/);
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });
});

/** `POST …/suspend` for `POST /v1/licenses/:licenseId/suspend`, and whole paths with `{}` for parameters. */
const served = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/:[A-Za-z]+/g, '{}')}`);
const isServed = (mention: string): boolean => {
  const [method = '', path = ''] = mention.replaceAll(/\{[a-z]+\}/g, '{}').split(' ');
  return path.startsWith('…')
    ? served.some((one) => one.startsWith(`${method} `) && one.endsWith(path.slice(1)))
    : served.includes(`${method} ${path}`);
};

it('no page sends its reader to a route that does not exist', () => {
  const mentions = codes.flatMap(
    (code) => pageOf(code).match(/\b(?:GET|POST|PATCH|DELETE) (?:\/v1|…)\/[^` ?]+/g) ?? [],
  );
  expect(mentions.length).toBeGreaterThan(10);
  expect(mentions.filter((mention) => !isServed(mention))).toEqual([]);
});

describe('the codes', () => {
  it('are lower case, with the object before a point where there is one', () => {
    expect(codes.filter((code) => !/^(?:[a-z_]+\.)?[a-z_]+$/.test(code))).toEqual([]);
  });

  it('have statuses of errors, and failures of the server may be tried again', () => {
    for (const { status, retryable } of Object.values<ErrorDefinition>(ERRORS)) {
      expect(status).toBeGreaterThanOrEqual(400);
      if (status >= 500) expect(retryable).toBe(true);
    }
  });

  it('cover every reason for which a command on a license is refused', () => {
    expect(LICENSE_REFUSAL_CODES.filter((code) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });
});
