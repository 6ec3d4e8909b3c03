import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { decodeEvent, LICENSE_EVENTS } from '@leasehold/contracts';
import {
  DAY_MS,
  type LicenseCommand,
  licenseDecider,
  type LicenseEvent,
  type LicenseState,
} from '@leasehold/licensing';
import { recorded } from '../../src/licenses/change-license.js';
import { toRecords } from '../../src/relay/to-records.js';
import { record } from '../../src/store/handle-command.js';
import type { RecordedEvent } from '../../src/store/commit.js';
import { aPlan, CAUSE, issueCommand, NOW } from '../license-examples.js';

/**
 * Events of a license as the first version of their types was written. They are in stores out there: this file only grows.
 * What changes in a type is a new schema version with an upcaster, and a file of its own.
 */
const GOLDEN = JSON.parse(
  readFileSync(new URL('licenses-v1.json', import.meta.url), 'utf8'),
) as readonly RecordedEvent<object>[];

const END = NOW + 20 * DAY_MS;
const at = (days: number) => ({ now: NOW + days * DAY_MS, actor: CAUSE.actor });

/** One of each kind, in an order that is allowed. */
const LIFE: readonly LicenseCommand[] = [
  issueCommand({
    plan: aPlan({ trialDays: 14, trialGraceDays: 1 }),
    customerReference: 'c-1',
    domains: [{ domain: 'a.com', www: true }],
    expiresAt: END,
  }),
  { type: 'MarkExpiring', days: 7, expiresAt: END, ...at(13) },
  { type: 'MarkExpired', expiresAt: END, ...at(20) },
  { type: 'EndGrace', expiresAt: END, ...at(21) },
  { type: 'RenewLicense', expiresAt: NOW + 400 * DAY_MS, ...at(22) },
  { type: 'ChangePlan', plan: aPlan({ id: 'plan_2', name: 'small', features: ['export'] }), ...at(23) },
  { type: 'ChangeFeatures', features: ['export', 'import'], ...at(24) },
  { type: 'ChangeLimits', limits: { seats: 2 }, ...at(25) },
  { type: 'ChangeMetadata', ...at(26) },
  { type: 'SuspendLicense', reason: 'billing', ...at(27) },
  { type: 'ReinstateLicense', reason: 'billing', ...at(28) },
  { type: 'BindDomain', domain: '*.b.com', www: true, ...at(29) },
  { type: 'MoveDomain', from: 'a.com', to: 'c.com', ...at(30) },
  { type: 'ReleaseDomain', domain: '*.b.com', ...at(31) },
  { type: 'RotateKey', keyHash: 'b'.repeat(64), overlapHours: 72, ...at(32) },
  { type: 'CancelLicense', note: 'asked for it', ...at(33) },
  { type: 'RevokeLicense', note: null, ...at(34) },
];

/** What issuance writes today when all that happens. */
const written = (): readonly RecordedEvent[] => {
  let state = licenseDecider.initial;
  return LIFE.flatMap((command) => {
    const decision = licenseDecider.decide(state, command);
    if ('refusal' in decision) throw new Error(decision.refusal.detail);
    const { events, after } = record({ evolve: licenseDecider.evolve, recorded }, state, decision.events);
    state = after;
    return events;
  });
};

describe('events of licenses that were ever written', () => {
  it.each(GOLDEN.map((event, index) => [event.type, index, event] as const))(
    '%s can still be published, as the fact and the state',
    (type, index, { data }) => {
      const records = toRecords({
        epoch: 1,
        position: 1,
        id: '0195500f-0000-7000-8000-000000000001',
        streamId: 'license-lic',
        version: index + 1,
        type,
        schemaVersion: 1,
        tenantId: 'ten_1',
        data,
        metadata: { actor: { type: 'system', id: 'test' } },
        occurredAt: new Date(NOW),
      });
      expect(records.map(decodeEvent)).toMatchObject([
        { event: { data: { change: data.change, license: data.state } } },
        { event: { data: data.state } },
      ]);
    },
  );

  it('can still be folded, and give the states they gave then', () => {
    let state: LicenseState = licenseDecider.initial;
    for (const { type, data } of GOLDEN) {
      state = licenseDecider.evolve(state, { ...data.change, type } as LicenseEvent);
      expect(recorded(state)).toEqual(data.state);
    }
  });

  it('are what is written today', () => {
    expect(JSON.parse(JSON.stringify(written()))).toEqual(GOLDEN);
  });

  it('are of every kind but those of proofs, which nothing writes yet', () => {
    const proofs = ['DomainProven', 'DomainProofLost'];
    const kinds = Object.keys(LICENSE_EVENTS).filter((kind) => !proofs.includes(kind));
    expect([...new Set(GOLDEN.map(({ type }) => type))].sort()).toEqual(kinds.sort());
  });
});
