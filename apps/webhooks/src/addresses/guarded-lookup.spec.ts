import { describe, expect, it } from '@jest/globals';
import { createAddressGuard } from './address-guard.js';
import { guardedLookup, type Resolve } from './guarded-lookup.js';

const guard = createAddressGuard([]);
const answering = (...addresses: string[]): Resolve => {
  return (_hostname, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
};

const lookUp = (resolve: Resolve, all: boolean): Promise<unknown> =>
  new Promise((resolved, rejected) => {
    guardedLookup(guard, resolve)('hooks.example', { all }, (error, address, family) =>
      error ? rejected(error) : resolved(all ? address : [address, family]),
    );
  });

describe('guardedLookup', () => {
  it('hands on the addresses that were checked, in either form that sockets ask for', async () => {
    const resolve = answering('2606:4700::1111', '8.8.8.8');
    expect(await lookUp(resolve, true)).toEqual([
      { address: '2606:4700::1111', family: 6 },
      { address: '8.8.8.8', family: 4 },
    ]);
    expect(await lookUp(resolve, false)).toEqual(['2606:4700::1111', 6]);
  });

  it.each([
    ['the only address is private', ['10.0.0.1']],
    ['one of several is', ['8.8.8.8', '2606:4700::1111', '169.254.169.254']],
    ['a private one is hidden in IPv6', ['8.8.8.8', '::ffff:10.0.0.1']],
    ['there is no address', []],
  ])('hands on none when %s', async (_what, addresses) => {
    for (const all of [true, false]) {
      await expect(lookUp(answering(...addresses), all)).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' });
    }
  });

  it('hands on the resolver’s own failure', async () => {
    const failing: Resolve = (_hostname, callback) =>
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    await expect(lookUp(failing, true)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });
});
