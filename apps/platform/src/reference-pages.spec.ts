import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOG, LICENSE_EVENTS, type TopicDefinition, TOPICS } from '@leasehold/contracts';
import { CONFIG_PAGE, EVENTS_PAGE, REFERENCE_PAGES } from './reference-pages.js';

describe.each(REFERENCE_PAGES.map((page) => [basename(page.file), page] as const))('docs/reference/%s', (_, page) => {
  it('says what the code says: run `npm run docs:generate` when it does not', () => {
    expect(readFileSync(page.file, 'utf8')).toBe(page.write());
  });
});

describe('the page of settings', () => {
  it('names every variable once', () => {
    const variables = [...CONFIG_PAGE.write().matchAll(/^\| `(LEASEHOLD_\w+)`/gm)].map(([, name]) => name);
    expect(variables).toEqual([...new Set(variables)]);
    expect(variables).toEqual(expect.arrayContaining(['LEASEHOLD_PORT', 'LEASEHOLD_WEBHOOK_ALLOW_CIDRS']));
  });
});

describe('the page of events', () => {
  const page = EVENTS_PAGE.write();

  it('has a section for every topic', () => {
    const sections = [...page.matchAll(/^## (leasehold\..*)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(Object.values(TOPICS).map(({ name }) => name));
  });

  it('names every event type once, and no other', () => {
    const types = [...page.matchAll(/^(?:### |\| )`(leasehold\.[\w.]+)`/gm)].map(([, type]) => type ?? '');
    expect(types.sort()).toEqual([...EVENT_CATALOG.keys()].sort());
  });

  it('says of every member what it is', () => {
    expect(page).not.toMatch(/undefined|\[object/);
    expect(page).toContain('| `threshold` | integer |');
    expect(page).toContain('{`license?`, `tenant?`,');
  });

  it('links only to headings that it has', () => {
    const anchors = new Set(
      [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        heading.toLowerCase().replaceAll(/[.`]/g, '').replaceAll(' ', '-'),
      ),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(Object.keys(TOPICS).length);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });

  it.each(Object.values<TopicDefinition>(TOPICS).map((topic) => [topic.name, topic] as const))(
    'says of %s its key, its partitions and how long it is kept',
    (name, { key, partitions, cleanup, retentionMs }) => {
      const row = page.split('\n').find((line) => line.startsWith(`| [\`${name}\``)) ?? '';
      const [, ...shown] = row.slice(0, -' |'.length).split(' | ');
      const days = retentionMs === null ? 'for ever' : `${retentionMs / 86_400_000} days`;
      expect(shown).toEqual([
        key.replaceAll('<', '&lt;'),
        String(partitions),
        cleanup === 'compact' ? 'the newest record of each key' : days,
      ]);
    },
  );

  it('says for every fact about a license what changed', () => {
    for (const { type, name } of Object.values(LICENSE_EVENTS)) expect(page).toContain(`| \`${type}\` | ${name} | `);
  });
});
