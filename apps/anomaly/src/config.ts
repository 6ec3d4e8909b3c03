import { type ConfigSchema, defineConfig } from '@leasehold/runtime';

/** Anomaly detection has no settings beyond those of every service. */
export const anomalyConfig: ConfigSchema<object> = defineConfig({});
