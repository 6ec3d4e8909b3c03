import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CONFIG_PAGE_FILE, writeConfigPage } from './reference-pages.js';

describe('docs/reference/config.md', () => {
  it('says what the schemas of the settings say: run `npm run docs:generate` when it does not', () => {
    expect(readFileSync(CONFIG_PAGE_FILE, 'utf8')).toBe(writeConfigPage());
  });

  it('names every variable once', () => {
    const variables = [...writeConfigPage().matchAll(/^\| `(LEASEHOLD_\w+)`/gm)].map(([, name]) => name);
    expect(variables).toEqual([...new Set(variables)]);
    expect(variables).toEqual(expect.arrayContaining(['LEASEHOLD_PORT', 'LEASEHOLD_WEBHOOK_ALLOW_CIDRS']));
  });
});
