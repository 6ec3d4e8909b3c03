import { describe, expect, it } from '@jest/globals';
import { type ICruiseOptions, type ICruiseResult, cruise } from 'dependency-cruiser';
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const configuration = await extractDepcruiseConfig(join(import.meta.dirname, '../../.dependency-cruiser.mjs'));
const fixtures = join(import.meta.dirname, 'fixtures');
const rules = (configuration.forbidden ?? []).map((rule) => String(rule.name));

/** Paths in a fixture read like paths in the workspace, so that the rules are tried as they stand. */
const rulesBrokenBy = async (fixture: string): Promise<string[]> => {
  const baseDir = join(fixtures, fixture);
  const { exclude: _whole, tsConfig: _project, enhancedResolveOptions, ...options } = configuration.options ?? {};
  const cruising: ICruiseOptions = { ...options, baseDir, validate: true, ruleSet: configuration };
  const top = readdirSync(baseDir).filter((name) => ['apps', 'libs', 'test'].includes(name));
  const { output } = await cruise(top, cruising, enhancedResolveOptions);
  const broken = (output as ICruiseResult).summary.violations.map((violation) => violation.rule.name);
  return [...new Set(broken)];
};

describe('the boundary rules', () => {
  it('have a fixture each', () => {
    expect(readdirSync(fixtures).sort()).toEqual([...rules].sort());
  });

  it.each(rules)('%s refuses its fixture, and no other rule does', async (rule) => {
    expect(await rulesBrokenBy(rule)).toEqual([rule]);
  });
});
