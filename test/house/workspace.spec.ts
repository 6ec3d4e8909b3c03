import { describe, expect, it } from '@jest/globals';
import { namesIn, readText } from './source-files.js';

interface NestProject {
  type: string;
  root: string;
  sourceRoot: string;
  entryFile: string;
  compilerOptions: { tsConfigPath: string };
}

const json = <T>(path: string): T => JSON.parse(readText(path)) as T;
const apps = namesIn('apps');
const libs = namesIn('libs');

describe('nest-cli.json', () => {
  const { projects } = json<{ projects: Record<string, NestProject> }>('nest-cli.json');
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
    const { references } = json<{ references: { path: string }[] }>('tsconfig.json');
    const expected = [...apps.map((name) => `apps/${name}`), ...libs.map((name) => `libs/${name}`)];
    expect(references.map(({ path }) => path).sort()).toEqual(expected.sort());
  });

  it.each([...apps.map((name) => `apps/${name}`), ...libs.map((name) => `libs/${name}`)])(
    'builds what %s depends on before it',
    (folder) => {
      const { dependencies = {} } = json<{ dependencies?: Record<string, string> }>(`${folder}/package.json`);
      const { references = [] } = json<{ references?: { path: string }[] }>(`${folder}/tsconfig.json`);
      const needed = Object.keys(dependencies).filter((name) => name.startsWith('@leasehold/'));
      const built = references.map(({ path }) => `@leasehold/${path.split('/').at(-1) ?? ''}`);
      expect(built.sort()).toEqual(needed.sort());
    },
  );
});

describe('package.json', () => {
  const { scripts } = json<{ scripts: Record<string, string> }>('package.json');

  it('starts every service alone and all of them together', () => {
    const services = apps.filter((app) => app !== 'platform').map((app) => `start:${app}`);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test', ...services]));
  });

  it('replaces the shell in every script, so that a signal to npm reaches the program', () => {
    for (const [name, script] of Object.entries(scripts)) expect(script).toBe(`exec node tools/run.mjs ${name}`);
  });
});
