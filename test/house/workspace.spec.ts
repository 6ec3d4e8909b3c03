import { describe, expect, it } from '@jest/globals';
import { namesIn, readText } from './source-files.js';

interface NestProject {
  type: string;
  root: string;
  sourceRoot: string;
  entryFile: string;
  compilerOptions: { tsConfigPath: string };
}

const json = (path: string): unknown => JSON.parse(readText(path));
const apps = namesIn('apps');
const libs = namesIn('libs');

describe('nest-cli.json', () => {
  const { projects } = json('nest-cli.json') as { projects: Record<string, NestProject> };
  const project = (type: string, root: string, entryFile: string): NestProject => ({
    type,
    root,
    sourceRoot: `${root}/src`,
    entryFile,
    compilerOptions: { tsConfigPath: `${root}/tsconfig.json` },
  });

  it('lists every app and every lib with its own folder and compiler settings, and nothing else', () => {
    expect(projects).toEqual({
      ...Object.fromEntries(apps.map((name) => [name, project('application', `apps/${name}`, 'main')])),
      ...Object.fromEntries(libs.map((name) => [name, project('library', `libs/${name}`, 'index')])),
    });
  });
});

describe('tsconfig.json', () => {
  it('builds every app and every lib', () => {
    const { references } = json('tsconfig.json') as { references: { path: string }[] };
    const expected = [...apps.map((name) => `apps/${name}`), ...libs.map((name) => `libs/${name}`)];
    expect(references.map(({ path }) => path).sort()).toEqual(expected.sort());
  });

  it.each([...apps.map((name) => `apps/${name}`), ...libs.map((name) => `libs/${name}`)])(
    'builds what %s depends on before it',
    (folder) => {
      const { dependencies = {} } = json(`${folder}/package.json`) as { dependencies?: Record<string, string> };
      const { references = [] } = json(`${folder}/tsconfig.json`) as { references?: { path: string }[] };
      const needed = Object.keys(dependencies).filter((name) => name.startsWith('@leasehold/'));
      const built = references.map(({ path }) => `@leasehold/${path.split('/').at(-1) ?? ''}`);
      expect(built.sort()).toEqual(needed.sort());
    },
  );
});

describe('package.json', () => {
  const { scripts } = json('package.json') as { scripts: Record<string, string> };

  it('starts every service alone and all of them together', () => {
    const services = apps.filter((app) => app !== 'platform').map((app) => `start:${app}`);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', ...services]));
  });

  it('replaces the shell in every script, so that a signal to npm reaches the program', () => {
    for (const [name, script] of Object.entries(scripts)) expect(script).toBe(`exec node tools/run.mjs ${name}`);
  });
});
