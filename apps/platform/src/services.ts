import { anomaly } from '@leasehold/anomaly';
import { issuance } from '@leasehold/issuance';
import { metering } from '@leasehold/metering';
import type { ServiceDefinition } from '@leasehold/runtime';
import { validation } from '@leasehold/validation';
import { webhooks } from '@leasehold/webhooks';

/** All five services: what the platform runs, migrates and documents. */
export const SERVICE_DEFINITIONS: readonly ServiceDefinition[] = [issuance, validation, metering, anomaly, webhooks];
