import { describe, expect, it } from '@jest/globals';
import { basename } from 'node:path';
import { namesIn, readText, lineCount, sourceFiles, sourcePaths } from './source-files.js';

const files = sourceFiles();

/** This file spells out what others may not contain. */
const others = files.filter(({ path }) => !path.startsWith('test/house/') && path !== 'tools/eslint-rules.mjs');

const thoseWith = (pattern: RegExp): string[] =>
  others.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

describe('source files', () => {
  it('are found at all', () => {
    expect(files.map(({ path }) => path)).toContain('libs/licensing/src/index.ts');
  });

  it('have at most 400 lines', () => {
    expect(files.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });

  it('are named after what they do, never after a drawer', () => {
    const drawer = /(^|-)(utils?|helpers?|managers?|mappers?|misc)($|[-.])|^(common|shared|lib)($|[.])/;
    expect(sourcePaths().filter((path) => drawer.test(basename(path)))).toEqual([]);
  });

  it('are named in kebab-case', () => {
    expect(files.map(({ path }) => basename(path)).filter((name) => !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(name))).toEqual(
      [],
    );
  });

  it('leave nothing for later', () => {
    expect(thoseWith(/\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  it('skip no test and single out none', () => {
    expect(
      thoseWith(/\b(it|test|describe)(\.each)?\.(only|skip|todo|failing)\b|\b(xit|xtest|xdescribe|fit|fdescribe)\(/),
    ).toEqual([]);
  });

  it('say why where they silence the linter or the compiler', () => {
    const silences = /(?:eslint-disable\S*|@ts-(?:expect-error|ignore|nocheck))(.*)/g;
    const unexplained = others.flatMap(({ path, text }) =>
      [...text.matchAll(silences)]
        .filter(([found, rest = '']) => found.includes('@ts-ignore') || !/(--|:)\s*\S.{9,}/.test(rest))
        .map(([found]) => `${path}: ${found}`),
    );
    expect(unexplained).toEqual([]);
  });

  it('use forwardRef nowhere', () => {
    expect(thoseWith(/\bforwardRef\b/)).toEqual([]);
  });
});

describe('every app', () => {
  const apps = namesIn('apps').filter((app) => namesIn(`apps/${app}/src`).length > 0);

  it.each(apps)('%s starts from a main.ts of at most 15 lines', (app) => {
    expect(lineCount(readText(`apps/${app}/src/main.ts`))).toBeLessThanOrEqual(15);
  });

  it.each(apps.filter((app) => app !== 'platform'))('%s is wired in one file', (app) => {
    const wiring = files.filter(({ path, text }) => path.startsWith(`apps/${app}/src/`) && /^@Module\(/m.test(text));
    expect(wiring.map(({ path }) => path)).toEqual([`apps/${app}/src/app.module.ts`]);
  });
});
