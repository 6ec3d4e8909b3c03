import { type ConfigSchema, settingsOf } from './config-schema.js';
import type { Environment } from './environment.js';
import type { Setting } from './setting.js';

/** A configuration, or every reason why there is none: sentences that name the variable. */
export type LoadedConfig<Config> = { readonly config: Config } | { readonly violations: readonly string[] };

type Together<S extends readonly unknown[]> = S extends readonly [ConfigSchema<infer C>, ...infer Rest]
  ? C & Together<Rest>
  : unknown;

type Found = { readonly text: string } | { readonly violation: string } | undefined;

/** Empty counts as absent: that is what compose files and manifests leave behind for an unset variable. */
const present = (text: string | undefined): string | undefined =>
  text === undefined || text === '' ? undefined : text;

const find = (setting: Setting<unknown>, environment: Environment): Found => {
  const text = present(environment.variables[setting.env]);
  const fileVariable = `${setting.env}_FILE`;
  const file = setting.secret ? present(environment.variables[fileVariable]) : undefined;
  if (file === undefined) return text === undefined ? undefined : { text };
  if (text !== undefined) return { violation: `${setting.env} and ${fileVariable} are both set; set one of them.` };
  try {
    return { text: environment.readFile(file).replace(/\r?\n$/, '') };
  } catch {
    return { violation: `${fileVariable} names a file that cannot be read: ${file}.` };
  }
};

/** Reads all settings of all schemas and reports every violation at once; a secret's value is never repeated. */
export const loadConfig = <const S extends readonly ConfigSchema<object>[]>(
  schemas: S,
  environment: Environment,
): LoadedConfig<Together<S>> => {
  const config: Record<string, unknown> = {};
  const violations = new Set<string>();
  for (const [name, setting] of settingsOf(schemas)) {
    const found = find(setting, environment);
    if (found === undefined) {
      config[name] = setting.fallback;
    } else if ('violation' in found) {
      violations.add(found.violation);
    } else {
      const reading = setting.parse(found.text);
      if ('value' in reading) config[name] = reading.value;
      else violations.add(`${setting.env} ${setting.secret ? secretProblem(setting) : reading.problem}.`);
    }
  }
  return violations.size > 0 ? { violations: [...violations] } : { config: config as Together<S> };
};

const secretProblem = (setting: Setting<unknown>): string => `must be: ${setting.type}`;
