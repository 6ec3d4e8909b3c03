import type { BindingRequest } from '@leasehold/contracts';
import type { Actor, Instant, LicenseState } from '@leasehold/licensing';
import { changeLicense } from '../licenses/change-license.js';
import type { LicenseContext } from '../licenses/license-context.js';

const VALIDATION: Actor = { type: 'system', id: 'first-validation' };

/**
 * Binds a license without a domain to the one it was first validated for. Asked twice it does nothing the second time, so
 * that a request may be delivered any number of times: the append needs no part in the transaction of the delivery.
 */
export async function bindFirstDomain(context: LicenseContext, request: BindingRequest, now: Instant): Promise<void> {
  const { license: licenseId, tenant: tenantId, domain } = request;
  // what is refused, or there is no license for, nobody waits to hear of
  await changeLicense(
    context,
    {
      tenantId,
      licenseId,
      now,
      actor: VALIDATION,
      commands: ({ state }) =>
        isOutdated(state, request) ? [] : [{ type: 'BindFirstDomain', domain, now, actor: VALIDATION }],
    },
    { show: () => undefined, keep: () => Promise.resolve(undefined) },
  );
}

/** A domain that was released after the request must not come back by it. */
const isOutdated = (state: LicenseState, { at }: BindingRequest): boolean =>
  state.status === 'issued' && state.license.releasedSlots.some((slot) => slot.at >= at);
