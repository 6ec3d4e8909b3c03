import type { ApiKeyBody } from '@leasehold/contracts';
import { timestamp } from '../database/row.js';
import type { ApiKey } from './api-key.js';

/** A tenant's API key as the API shows it, once its secret is no longer known. */
export const showApiKey = (key: ApiKey & { readonly kind: ApiKeyBody['kind'] }): ApiKeyBody => ({
  id: key.id,
  name: key.name,
  kind: key.kind,
  scopes: [...key.scopes],
  rate: key.rate,
  hint: key.hint,
  createdAt: timestamp(key.createdAt),
});
