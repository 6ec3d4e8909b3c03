import type { WebhooksConfig } from '../config.js';
import { createAddressGuard } from './address-guard.js';
import type { UrlPolicy } from './check-url.js';

/** The provider of the service's {@link UrlPolicy}. */
export const URL_POLICY = Symbol('URL_POLICY');

export const urlPolicyOf = (config: WebhooksConfig): UrlPolicy => ({
  allowHttp: config.webhookAllowHttp,
  guard: createAddressGuard(config.webhookAllowCidrs),
});
