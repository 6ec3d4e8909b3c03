import type { ValidationBatch } from '@leasehold/contracts';
import { takeUnseen, writeOutbox } from '@leasehold/messaging';
import type { ClientBase } from 'pg';
import type { Finding } from '../findings/finding.js';
import { sightingRecord } from '../findings/finding-record.js';
import { presentFindings, saveFindings } from '../findings/finding-rows.js';
import { byLicense } from '../observations/observation.js';
import { type LicenseState, observeLicense } from '../rules/observe-license.js';
import { loadStates, saveStates } from './observed-states.js';
import { recordSightings } from './record-sightings.js';

/** What came of some batches of validations. */
export interface Detected {
  readonly observations: number;
  /** Validations that were lost on the way here. */
  readonly missing: number;
  /** Findings as they were told. */
  readonly told: readonly Finding[];
}

/**
 * Shows the rules what validators tell of one partition, within the transaction that moves the consumer's offset: states,
 * findings and what is to be told of them come about together with it, or not at all.
 */
export async function detect(
  transaction: ClientBase,
  partition: number,
  batches: readonly ValidationBatch[],
): Promise<Detected> {
  const { items, missing } = await takeUnseen(transaction, partition, batches);
  const groups = byLicense(items);
  if (groups.length === 0) return { observations: 0, missing, told: [] };

  const before = await loadStates(transaction, idsOf(groups));
  const after = new Map<string, LicenseState>();
  const suspects = groups.flatMap(({ license, observations }) => {
    const { state, sightings } = observeLicense(before.get(license.licenseId) ?? {}, observations);
    after.set(license.licenseId, state);
    return sightings.length === 0 ? [] : [{ license, sightings }];
  });
  await saveStates(transaction, after);

  const present = Map.groupBy(
    suspects.length === 0 ? [] : await presentFindings(transaction, idsOf(suspects)),
    ({ licenseId }) => licenseId,
  );
  const recorded = suspects.map(({ license, sightings }) =>
    recordSightings(license, present.get(license.licenseId) ?? [], sightings),
  );
  await saveFindings(
    transaction,
    recorded.flatMap(({ changed }) => changed),
  );
  const told = recorded.flatMap((license) => license.told);
  await writeOutbox(transaction, told.map(sightingRecord));
  const observations = groups.reduce((sum, group) => sum + group.observations.length, 0);
  return { observations, missing, told };
}

const idsOf = (groups: readonly { readonly license: { readonly licenseId: string } }[]): readonly string[] =>
  groups.map(({ license }) => license.licenseId);
