import type { Setting } from './setting.js';

type AnySetting = Setting<unknown>;

/** The settings of one service, by the names its code uses. The source of its types, its checks and its reference page. */
export interface ConfigSchema<Config> {
  readonly settings: { readonly [K in keyof Config]: Setting<Config[K]> };
}

/** The type of the configuration that a schema gives. */
export type ConfigOf<S> = S extends ConfigSchema<infer C> ? C : never;

type Values<S extends Readonly<Record<string, AnySetting>>> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

/**
 * @example
 * const schema = defineConfig({ batchSize: setting.integer({ env: 'LEASEHOLD_BATCH_SIZE', default: 500, description: '…' }) });
 */
export const defineConfig = <S extends Readonly<Record<string, AnySetting>>>(settings: S): ConfigSchema<Values<S>> => ({
  settings: settings as ConfigSchema<Values<S>>['settings'],
});

/** The settings of several schemas by name, in order. */
export const settingsOf = (schemas: readonly ConfigSchema<object>[]): [name: string, setting: AnySetting][] =>
  schemas.flatMap((schema) => Object.entries(schema.settings as Readonly<Record<string, AnySetting>>));
