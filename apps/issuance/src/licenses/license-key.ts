import type { License } from '@leasehold/licensing';
import type { SecretContext } from '@leasehold/tokens';
import type { Secrets } from '../secrets/secrets.js';
import type { PrivatePart } from './load-license.js';

type Owner = Pick<License, 'id' | 'tenantId'>;

const contextOf = ({ id, tenantId }: Owner): SecretContext => ({ tenant: tenantId, kid: id, purpose: 'license-key' });

/** A rotated key as the private row keeps it. */
export const sealLicenseKey = (secrets: Secrets, key: string, owner: Owner): Promise<string> =>
  secrets.seal(key, contextOf(owner));

/** The newest key: the license's id until it is rotated. */
export const openLicenseKey = async (
  secrets: Secrets,
  owner: Owner,
  { keyCiphertext }: PrivatePart,
): Promise<string> => (keyCiphertext === null ? owner.id : secrets.open(keyCiphertext, contextOf(owner)));
