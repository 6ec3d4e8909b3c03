import type { LicenseBody, licenseRoutes, RouteInput } from '@leasehold/contracts';
import { licenseDecider } from '@leasehold/licensing';
import { generateLicenseId, hashLicenseKey } from '@leasehold/tokens';
import type { Cause } from '../store/commit.js';
import { type Answering, licenseStream, type Outcome, recorded } from './change-license.js';
import { decideCommands } from './decide-commands.js';
import type { LicenseContext } from './license-context.js';
import { licenseRows } from './license-rows.js';
import { NOTHING_KEPT, type PrivatePart } from './load-license.js';
import { showLicense } from './show-license.js';

type Order = RouteInput<typeof licenseRoutes.issueLicense>['body'];

export interface IssueLicense extends Cause {
  readonly tenantId: string;
  readonly order: Order;
}

export async function issueLicense(
  { writePath, findPlan, publicUrl }: LicenseContext,
  { tenantId, order, ...cause }: IssueLicense,
  keep: Answering<LicenseBody>['keep'],
): Promise<Outcome<LicenseBody>> {
  const plan = await findPlan(tenantId, order.planId);
  if (plan === undefined) return { refusal: { code: 'plan.not_found' } };
  const licenseId = generateLicenseId(writePath.random);
  const kept = keptOf(order);
  const handled = await writePath.handleCommand({
    ...cause,
    tenantId,
    streamId: licenseStream(licenseId),
    expectedVersion: 0,
    load: () => Promise.resolve({ state: licenseDecider.initial, version: 0 }),
    decide: (state) =>
      decideCommands(
        state,
        [
          {
            type: 'IssueLicense',
            ...cause,
            licenseId,
            tenantId,
            plan,
            keyHash: hashLicenseKey(licenseId),
            domains: order.domains.map((domain) => (typeof domain === 'string' ? { domain, www: true } : domain)),
            customerReference: order.customer?.reference ?? null,
            features: order.features ?? null,
            limits: order.limits ?? null,
            startsAt: order.startsAt ?? null,
            expiresAt: order.expiresAt ?? null,
          },
        ],
        publicUrl,
      ),
    evolve: licenseDecider.evolve,
    recorded,
    write: async ({ state, version }) => {
      const body = showLicense(recorded(state), kept, licenseId, cause.now);
      const before = { state: licenseDecider.initial, kept: NOTHING_KEPT };
      return {
        rows: [...licenseRows(before, { state, kept }, cause.now), await keep(body, version)],
        result: body,
      };
    },
  });
  switch (handled.kind) {
    case 'done':
      return { body: handled.result, version: handled.version };
    case 'refused':
      return { refusal: handled.refusal };
    case 'conflict':
      return { refusal: { code: 'license.already_exists' } };
  }
}

/** Most licenses keep nothing private, and have no row for it. */
const keptOf = ({ customer, metadata = {} }: Order): PrivatePart =>
  customer?.email === undefined && Object.keys(metadata).length === 0
    ? NOTHING_KEPT
    : { email: customer?.email ?? null, metadata, keyCiphertext: null };
