import type { AnomalyBody, ApiKeyBody, LicenseBody, PlanBody, WebhookDeliveryBody } from '@leasehold/contracts';
import { waitFor } from '@leasehold/testing';
import type { ApiClient } from './api-client.js';
import { type List, type Vendor, vendorOf } from './vendor.js';

/** A tenant with a way to make each kind of object that a path, a query or a body can name. */
export interface TenantWorld {
  readonly tenantId: string;
  readonly vendor: Vendor;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly plan: PlanBody;
  newLicense(): Promise<LicenseBody>;
  newApiKey(scopes?: readonly string[]): Promise<ApiKeyBody & { readonly key: string }>;
  newEndpoint(): Promise<{ readonly id: string }>;
  /** Of an endpoint of its own. */
  newDelivery(): Promise<WebhookDeliveryBody>;
  /** Found on a license of its own. */
  newAnomaly(): Promise<AnomalyBody>;
}

export interface TenantKeys {
  readonly tenantId: string;
  readonly secretKey: string;
  readonly publishableKey: string;
}

/** @param receiverUrl where webhooks go */
export async function openTenantWorld(api: ApiClient, keys: TenantKeys, receiverUrl: string): Promise<TenantWorld> {
  const vendor = vendorOf(api.as(keys.secretKey));
  const plan = await vendor.plan({
    durationDays: 30,
    features: ['analytics'],
    domains: { max: 10, kinds: ['exact', 'wildcard', 'subtree'], moveCooldownHours: 0 },
  });
  const { must } = vendor.api;
  const newEndpoint = (): Promise<{ id: string }> =>
    must(201, 'POST', '/v1/webhook-endpoints', { url: `${receiverUrl}/hook`, eventTypes: ['webhook.test'] });
  const newLicense = (): Promise<LicenseBody> => vendor.issue(plan.id);
  return {
    ...keys,
    vendor,
    plan,
    newLicense,
    newEndpoint,
    newApiKey: (scopes) => must(201, 'POST', '/v1/api-keys', { name: 'k', kind: 'secret', ...(scopes && { scopes }) }),
    newDelivery: async () => {
      const { id } = await newEndpoint();
      const { deliveryId } = await must<{ deliveryId: string }>(202, 'POST', `/v1/webhook-endpoints/${id}/test`);
      return await waitFor(
        async () => {
          const path = `/v1/webhook-deliveries?endpointId=${id}`;
          const { data } = await must<List<WebhookDeliveryBody>>(200, 'GET', path);
          return data.find((delivery) => delivery.id === deliveryId && delivery.status === 'succeeded');
        },
        { describe: 'the test delivery', timeoutMs: 20_000 },
      );
    },
    newAnomaly: async () => {
      const { id, key } = await newLicense();
      await vendor.validate(key, 'pirate.org');
      return await waitFor(
        async () => (await must<List<AnomalyBody>>(200, 'GET', `/v1/anomalies?licenseId=${id}`)).data[0],
        { describe: 'the finding', timeoutMs: 20_000 },
      );
    },
  };
}
