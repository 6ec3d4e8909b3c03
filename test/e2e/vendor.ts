import type { LicenseBody, PlanBody, ProductBody, UsageBody, validationRoutes } from '@leasehold/contracts';
import { waitFor } from '@leasehold/testing';
import type { ApiClient } from './api-client.js';

export type VerdictBody = (typeof validationRoutes)['validateLicense']['answer']['schema']['_output'];

export interface List<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** What a vendor does all day, in the fewest words. */
export interface Vendor {
  readonly api: ApiClient;
  product(name?: string): Promise<ProductBody>;
  /** A plan of a product of its own, unless the terms name one. */
  plan(terms?: object): Promise<PlanBody>;
  issue(planId: string, terms?: object): Promise<LicenseBody>;
  read(licenseId: string): Promise<LicenseBody>;
  command(licenseId: string, name: string, body?: object): Promise<LicenseBody>;
  validate(licenseKey: string, domain: string | null, more?: object): Promise<VerdictBody>;
  /** Waits until what was used is at least so much, and answers the usage then. */
  usageOf(licenseId: string, atLeast: number): Promise<UsageBody>;
}

export function vendorOf(api: ApiClient): Vendor {
  const read = (licenseId: string): Promise<LicenseBody> => api.must(200, 'GET', `/v1/licenses/${licenseId}`);
  const product = (name = 'Shop'): Promise<ProductBody> => api.must(201, 'POST', '/v1/products', { name });
  return {
    api,
    product,
    plan: async (terms = {}) => {
      const productId = 'productId' in terms ? terms.productId : (await product()).id;
      return api.must(201, 'POST', '/v1/plans', { name: 'professional', ...terms, productId });
    },
    issue: (planId, terms = {}) =>
      api.must(201, 'POST', '/v1/licenses', { planId, domains: ['example.com'], ...terms }),
    read,
    command: (licenseId, name, body = {}) => api.must(200, 'POST', `/v1/licenses/${licenseId}/${name}`, body),
    validate: (licenseKey, domain, more = {}) =>
      api.must(200, 'POST', '/v1/licenses/validate', { licenseKey, domain, ...more }),
    usageOf: (licenseId, atLeast) =>
      waitFor(
        async () => {
          const usage = await api.must<UsageBody>(200, 'GET', `/v1/usage?licenseId=${licenseId}`);
          return usage.total >= atLeast && usage;
        },
        { describe: `${atLeast} calls of ${licenseId} to be counted`, timeoutMs: 20_000 },
      ),
  };
}
