import { type ConfigSchema, settingsOf } from './config-schema.js';

/** One row of the reference page. */
export interface ConfigRow {
  readonly env: string;
  readonly type: string;
  readonly defaultText: string | undefined;
  readonly secret: boolean;
  readonly description: string;
}

/** One row per variable, in the order of the schemas; a variable that several schemas name comes once. */
export const describeConfig = (schemas: readonly ConfigSchema<object>[]): ConfigRow[] => {
  const rows = new Map<string, ConfigRow>();
  for (const [, { env, type, defaultText, secret, description }] of settingsOf(schemas)) {
    if (!rows.has(env)) rows.set(env, { env, type, defaultText, secret, description });
  }
  return [...rows.values()];
};

/** The configuration as it may be logged: by variable, secrets masked, what is unset left out. */
export const maskedConfig = (
  schemas: readonly ConfigSchema<object>[],
  config: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    settingsOf(schemas)
      .filter(([name]) => config[name] !== undefined)
      .map(([name, { env, secret }]) => [env, secret ? '***' : config[name]]),
  );
