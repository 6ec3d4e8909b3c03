import type { LicenseBody, PlanBody, ProductBody } from '@leasehold/contracts';
import {
  type AnyBody,
  type CallOptions,
  type HttpAnswer,
  type RunningIssuance,
  runIssuance,
} from './running-issuance.js';

/** Issuance with a product, and short ways to plans and licenses. */
export interface LicensedIssuance extends RunningIssuance {
  readonly productId: string;
  /** A plan with three exact, wildcard or sub-tree domains, for a year. */
  readonly planId: string;
  newPlan(changes?: object): Promise<string>;
  issue(changes?: object, options?: CallOptions): Promise<HttpAnswer<LicenseBody>>;
  /** A license, or a failed test. */
  issued(changes?: object): Promise<LicenseBody>;
  /** `POST /v1/licenses/<id>/<what>` */
  command<Body = LicenseBody & { readonly code: string }>(
    licenseId: string,
    what: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpAnswer<Body>>;
  read(licenseId: string): Promise<LicenseBody>;
  /** The types of the license's events, oldest first. */
  history(licenseId: string): Promise<readonly string[]>;
}

export async function licensedIssuance(): Promise<LicensedIssuance> {
  const issuance = await runIssuance();
  const { call } = issuance;
  const product = await call<ProductBody>('POST', '/v1/products', { body: { name: 'Editor' } });
  const productId = product.body.id;
  const newPlan = async (changes: object = {}): Promise<string> => {
    const body = {
      productId,
      name: 'professional',
      features: ['analytics'],
      limits: { apiCalls: 1_000, seats: 10 },
      durationDays: 365,
      domains: { max: 3, kinds: ['exact', 'wildcard', 'subtree'] },
      ...changes,
    };
    const created = await call<PlanBody & AnyBody>('POST', '/v1/plans', { body });
    if (created.status !== 201) throw new Error(`no plan: ${JSON.stringify(created.body)}`);
    return created.body.id;
  };
  const planId = await newPlan();
  const issue: LicensedIssuance['issue'] = (changes = {}, options = {}) =>
    call<LicenseBody>('POST', '/v1/licenses', { ...options, body: { planId, ...changes } });
  return {
    ...issuance,
    productId,
    planId,
    newPlan,
    issue,
    issued: async (changes) => {
      const { status, body } = await issue(changes);
      if (status !== 201) throw new Error(`no license: ${JSON.stringify(body)}`);
      return body;
    },
    command: (licenseId, what, body = {}, headers = {}) =>
      call('POST', `/v1/licenses/${licenseId}/${what}`, { body, headers }),
    read: async (licenseId) => (await call<LicenseBody>('GET', `/v1/licenses/${licenseId}`)).body,
    history: async (licenseId) => {
      const { body } = await call('GET', `/v1/licenses/${licenseId}/events?limit=100`);
      return body.data.map(({ type }) => String(type));
    },
  };
}
