import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { AddressGuard } from './address-guard.js';

/** All addresses of a name, as the system resolves it: with an error Node gives none, not an empty list. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses?: readonly LookupAddress[]) => void,
) => void;

/** The name leads, at least in part, to where webhooks may not go. Its message is for the log, not for tenants. */
export class AddressRefusedError extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor(hostname: string) {
    super(`${hostname} leads to an address that webhooks may not reach.`);
    this.name = 'AddressRefusedError';
  }
}

export const resolveBySystem: Resolve = (hostname, callback) => {
  systemLookup(hostname, { all: true, order: 'verbatim' }, callback);
};

/**
 * The look-up of a socket: it hands on the very addresses that were checked, and none unless all may be reached. A name
 * that answers otherwise the next time is therefore checked the next time. Not called for a literal address.
 */
export const guardedLookup =
  (guard: AddressGuard, resolve: Resolve = resolveBySystem): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, (error, addresses = []) => {
      const [first] = addresses;
      if (error !== null) return callback(error, '');
      if (first === undefined || !addresses.every(({ address }) => guard.allows(address))) {
        return callback(new AddressRefusedError(hostname), '');
      }
      if (options.all === true) return callback(null, [...addresses]);
      return callback(null, first.address, first.family);
    });
  };
