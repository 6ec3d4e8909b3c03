import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeEvent } from '@leasehold/contracts';
import type { NewRecord } from '@leasehold/messaging';
import { waitFor } from '@leasehold/testing';
import { pino } from 'pino';
import { aLicense, TENANT } from '../../test/running-validation.js';
import { LateBindings } from './late-bindings.js';

const license = aLicense({ bindings: [] });
let published: NewRecord[];
let refuse: boolean;
let refused: number;
let bindings: LateBindings;
let ids = 0;

beforeEach(() => {
  published = [];
  refuse = false;
  refused = 0;
  bindings = new LateBindings({
    log: {
      publish: (records) => {
        if (refuse) {
          refused += 1;
          return Promise.reject(new Error('the log is away'));
        }
        published.push(...records);
        return Promise.resolve();
      },
    },
    newId: () => `id-${++ids}`,
    logger: pino({ level: 'silent' }),
  });
});

afterEach(() => bindings.close());

const domains = () =>
  published.map((record) => {
    const decoded = decodeEvent(record);
    return 'event' in decoded ? (decoded.event.data as { domain: string }).domain : decoded.unreadable;
  });

describe('late binding', () => {
  it('asks issuance for the first domain, in a record the contract can read', async () => {
    bindings.granted(license, 'shop.example', 'observed', 5);
    await bindings.close();
    const [record] = published;
    expect(record?.key).toBe(license.id);
    expect(record && decodeEvent(record)).toMatchObject({
      event: {
        type: 'leasehold.binding.requested.v1',
        tenant: TENANT,
        data: { license: license.id, tenant: TENANT, domain: 'shop.example', assurance: 'observed', at: 5 },
      },
    });
  });

  it('remembers the first domain until the license is bound', () => {
    bindings.granted(license, 'shop.example', 'declared', 0);
    bindings.granted(license, 'www.shop.example', 'declared', 1);
    expect(bindings.firstOf(license)).toBe('shop.example');
    bindings.changed(license);
    expect(bindings.firstOf(license)).toBe('shop.example');
    bindings.changed(aLicense({ id: license.id }));
    expect(bindings.firstOf(license)).toBeUndefined();
  });

  it('asks once for many validations, and again for the same domain when nothing came of it', async () => {
    for (let at = 0; at < 100; at += 1) bindings.granted(license, 'shop.example', 'declared', at);
    bindings.granted(license, 'www.shop.example', 'declared', 10_000);
    await bindings.close();
    expect(domains()).toEqual(['shop.example', 'shop.example']);
  });

  it('keeps asking while the log is away', async () => {
    refuse = true;
    bindings.granted(license, 'shop.example', 'declared', 0);
    await waitFor(() => refused > 0);
    refuse = false;
    await waitFor(() => published.length > 0);
    expect(domains()).toEqual(['shop.example']);
  });
});
