import { type ConfigOf, defineConfig } from '@leasehold/runtime';

/** Issuance has no settings beyond those of every service. */
export const issuanceConfig = defineConfig({});
export type IssuanceConfig = ConfigOf<typeof issuanceConfig>;
