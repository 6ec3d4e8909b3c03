import { describe, expect, it } from '@jest/globals';
import { decodeEvent } from '@leasehold/contracts';
import { canonicalizeHost } from '@leasehold/licensing';
import { aLicense, PRODUCT, TENANT } from '../../test/running-validation.js';
import { createEntryMaker } from '../license-table/license-entry.js';
import { fromLine, toBatch, toLine, toRecord } from './usage-batch.js';
import { usageItemJson } from './usage-item.js';

const entry = createEntryMaker()(aLicense());
const license = entry.license.id;
const teller = { instance: 'host-"1"', boot: 'boot-1' };
const item = (changes: Partial<Parameters<typeof usageItemJson>[0]> = {}): string =>
  usageItemJson({
    entry,
    code: 'valid',
    domainText: 'WWW.example.com',
    host: canonicalizeHost('WWW.example.com'),
    apiKeyId: 'key_1',
    client: 'c1',
    at: 5,
    ...changes,
  });

describe('an item of a batch', () => {
  it('has what the contract says, with the canonical host', () => {
    expect(JSON.parse(item())).toEqual({
      license,
      tenant: TENANT,
      product: PRODUCT,
      domain: 'www.example.com',
      environment: 'production',
      apiKey: 'key_1',
      code: 'valid',
      client: 'c1',
      at: 5,
    });
  });

  it('names the bound domain where the asked one did not match', () => {
    const host = canonicalizeHost('example.org');
    expect(JSON.parse(item({ code: 'domain_mismatch', host }))).toMatchObject({
      domain: 'example.org',
      boundDomain: 'example.com',
    });
  });

  it('tells a development host as such', () => {
    expect(JSON.parse(item({ host: canonicalizeHost('localhost') }))).toMatchObject({ environment: 'development' });
  });

  it('keeps the text of a domain that is none, cut and escaped', () => {
    const domainText = `"\u2028${'x'.repeat(300)}`;
    const host = canonicalizeHost(domainText);
    const parsed: unknown = JSON.parse(
      item({ entry: undefined, apiKeyId: undefined, code: 'malformed', domainText, host }),
    );
    expect(parsed).toEqual({ domain: domainText.slice(0, 253), code: 'malformed', client: 'c1', at: 5 });
  });
});

describe('a batch', () => {
  const batch = toBatch({ partition: 3, first: 7, items: [item(), item({ at: 6 })] }, teller, 'id-1', 9);

  it('is a record that the contract can read', () => {
    const decoded = decodeEvent(toRecord(batch));
    expect(decoded).toMatchObject({
      event: {
        id: 'id-1',
        key: teller.instance,
        data: { ...teller, partition: 3, first: 7, items: [{ at: 5 }, { at: 6 }] },
      },
    });
  });

  it('comes back from a line as it was', () => {
    expect(fromLine(toLine(batch).trimEnd())).toEqual(batch);
    expect(toLine(batch).split('\n')).toHaveLength(2);
  });

  it('does not come back from any part of its line', () => {
    const line = toLine(batch).trimEnd();
    for (let end = 0; end < line.length; end += 1) expect(fromLine(line.slice(0, end))).toBeUndefined();
  });
});
