import { type ConfigSchema, defineConfig } from '@leasehold/runtime';

/** Issuance has no settings beyond those of every service. */
export const issuanceConfig: ConfigSchema<object> = defineConfig({});
