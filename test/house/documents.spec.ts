import { describe, expect, it } from '@jest/globals';
import { ERRORS } from '@leasehold/contracts';
import { lineCount, namesIn, readText } from './source-files.js';

describe('the documents', () => {
  it('have every page that a newcomer looks for', () => {
    const pages = ['README.md', 'LICENSE', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
    expect(pages.filter((page) => !namesIn('.').includes(page))).toEqual([]);
  });

  it('begin with a README of at most 150 lines', () => {
    expect(lineCount(readText('README.md'))).toBeLessThanOrEqual(150);
  });

  it('have a page for every error code and no page for anything else', () => {
    const pages = namesIn('docs/errors').filter((name) => name !== 'README.md');
    expect(pages).toEqual(
      Object.keys(ERRORS)
        .map((code) => `${code}.md`)
        .sort(),
    );
  });

  it('number every decision once', () => {
    const records = namesIn('docs/adr').filter((name) => name !== 'README.md');
    expect(records.length).toBeGreaterThan(0);
    expect(records.filter((name) => !/^[0-9]{4}-[a-z0-9-]+[.]md$/.test(name))).toEqual([]);
    const numbers = records.map((name) => name.slice(0, 4));
    expect(numbers).toEqual([...new Set(numbers)]);
  });

  it('hold the license whole', () => {
    expect(readText('LICENSE')).toContain('Apache License');
    expect(readText('LICENSE')).toContain('END OF TERMS AND CONDITIONS');
  });
});
