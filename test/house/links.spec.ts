import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { workspace } from './source-files.js';

const FOLDERS = ['docs', 'apps', 'libs', 'test', 'tools'];
const NOT_OURS = /(^|\/)(node_modules|dist|fixtures|coverage)(\/|$)/;

interface Link {
  /** Page and target, as a failed test shows them. */
  readonly name: string;
  readonly file: string;
  readonly anchor: string | undefined;
}

const isPage = (path: string): boolean => path.endsWith('.md') && !NOT_OURS.test(path);

const pages: readonly string[] = [
  ...readdirSync(workspace).filter(isPage),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(workspace, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter(isPage),
  ),
];

/** Links of a page that stay in the repository; what stands in code is no link. */
function linksOf(page: string): Link[] {
  const prose = readFileSync(join(workspace, page), 'utf8')
    .replace(/^```.*?^```/gms, '')
    .replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : relative(workspace, join(workspace, dirname(page), path));
      return { name: `${page}: ${target}`, file, anchor };
    });
}

/** The names of headings, as sites that show Markdown make them. */
function anchorsOf(page: string): string[] {
  const prose = readFileSync(join(workspace, page), 'utf8').replace(/^```.*?^```/gms, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('links between documents', () => {
  const links = pages.flatMap(linksOf);

  it('are found', () => {
    expect(links.map(({ file }) => file)).toEqual(expect.arrayContaining(['SECURITY.md', 'docs/adr']));
  });

  it('lead to files that are there', () => {
    const dead = links.filter(({ file }) => !existsSync(join(workspace, file)));
    expect(dead.map(({ name }) => name)).toEqual([]);
  });

  it('lead to headings that are there', () => {
    const lost = links.filter(
      ({ file, anchor }) =>
        anchor !== undefined && existsSync(join(workspace, file)) && !anchorsOf(file).includes(anchor),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});
