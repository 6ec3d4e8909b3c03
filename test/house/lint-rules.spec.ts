import { describe, expect, it, jest } from '@jest/globals';
import { ESLint } from 'eslint';
import { workspace } from './source-files.js';

// the first typed file makes the linter read the whole workspace
jest.setTimeout(60_000);

const eslint = new ESLint({
  cwd: workspace,
  // where CI is set, the parser would take the file's text from the disk instead of ours
  overrideConfig: { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
});

/** Lints the text as if a file of the project had it: the typed rules know existing files only. */
const rulesBrokenBy = async (text: string, filePath = 'libs/event-store/src/index.ts'): Promise<string[]> => {
  const [result] = await eslint.lintText(`${text}\n`, { filePath });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
};

const SYNTAX = 'no-restricted-syntax';

describe('the linter refuses', () => {
  it.each([
    ['an environment read', 'export const port = process.env;', 'no-restricted-properties'],
    ['a floating promise', 'void 0;\nPromise.resolve(1);', '@typescript-eslint/no-floating-promises'],
    ['any', 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
    [
      'a non-null assertion',
      'export const f = (x?: string): string => x!;',
      '@typescript-eslint/no-non-null-assertion',
    ],
    ['a topic by its text', "export const topic = 'leasehold.licenses.v1';", SYNTAX],
    ['a topic in a template', 'export const topic = (p: string): string => `${p}leasehold.licenses.v1`;', SYNTAX],
    ['a default export', 'export default 1;', SYNTAX],
    ['an index that exports all', "export * from './cursor.js';", SYNTAX],
    ['a console', "console.log('x');", 'no-console'],
    ['a cycle of providers', "export { forwardRef } from '@nestjs/common';", 'no-restricted-imports'],
    ['a promise for later', `export const x = 1; // TODO later`, 'no-warning-comments'],
    [
      'a suppression without a reason',
      `// eslint-disable-next-line no-console\nconsole.log('x');`,
      'house/explained-suppression',
    ],
    [
      'a class with seven collaborators',
      `export class Seven {\n  constructor(${['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((n) => `readonly ${n}: string`).join(', ')}) {}\n}`,
      SYNTAX,
    ],
    [
      'a switch that forgets a case',
      "export const f = (x: 'a' | 'b'): string => {\n  switch (x) {\n    case 'a':\n      return x;\n  }\n  return '';\n};",
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    [
      'a skipped test',
      "import { it } from '@jest/globals';\nit.skip('x', () => undefined);",
      SYNTAX,
      'libs/testing/src/wait-for.spec.ts',
    ],
  ])('%s', async (_what, text, rule, ...[file]) => {
    expect(await rulesBrokenBy(text, file)).toContain(rule);
  });

  it('no suppression that says why', async () => {
    const text = `// eslint-disable-next-line no-console -- the operator reads this one line\nconsole.log('x');`;
    expect(await rulesBrokenBy(text)).toEqual([]);
  });

  it('no environment read in the one file that loads settings', async () => {
    const text = 'export const environment = process.env;';
    expect(await rulesBrokenBy(text, 'libs/runtime/src/config/read-environment.ts')).toEqual([]);
  });

  it('has no rule that only warns', async () => {
    const { rules } = (await eslint.calculateConfigForFile('libs/event-store/src/index.ts')) as {
      rules: Record<string, [severity: number]>;
    };
    expect(Object.entries(rules).filter(([, [severity]]) => severity === 1)).toEqual([]);
  });
});
