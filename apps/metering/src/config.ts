import { type ConfigSchema, defineConfig } from '@leasehold/runtime';

/** Metering has no settings beyond those of every service. */
export const meteringConfig: ConfigSchema<object> = defineConfig({});
