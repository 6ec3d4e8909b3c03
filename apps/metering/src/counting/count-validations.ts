import type { ValidationBatch, ValidationItem } from '@leasehold/contracts';
import { takeUnseen } from '@leasehold/messaging';
import type { ClientBase } from 'pg';
import { holdLicenses, partitionOfLicense } from '../licenses/hold-licenses.js';
import { readContexts } from '../licenses/read-contexts.js';
import type { CountedBatch } from '../metering-metrics.js';
import type { Teller } from '../telling/teller.js';
import { countUsage } from './count-usage.js';
import { usageOfValidations } from './usage-of-validations.js';

/** Counts what is new in batches of one partition, in the transaction that moves the consumer's offset over them. */
export async function countValidations(
  transaction: ClientBase,
  partition: number,
  batches: readonly ValidationBatch[],
  teller: Teller,
): Promise<CountedBatch> {
  const strange = batches.find((batch) => batch.partition !== partition);
  if (strange !== undefined) {
    throw new Error(`Validations numbered for partition ${strange.partition} are in partition ${partition}.`);
  }
  const { items, missing } = await takeUnseen<ValidationItem>(transaction, partition, batches);
  const { usages, tooLate, ahead } = usageOfValidations(items, teller.clock.now());
  const licenseIds = [...new Set(usages.map(({ licenseId }) => licenseId))];
  await holdLicenses(transaction, 'counting', licenseIds.map(partitionOfLicense));
  const contexts = await readContexts(transaction, licenseIds);
  const { unplaced } = await countUsage({ transaction, contexts, teller }, usages);
  const delivered = batches.reduce((sum, batch) => sum + batch.items.length, 0);
  return { counted: usages.length, repeated: delivered - items.length, missing, tooLate, ahead, unplaced };
}
