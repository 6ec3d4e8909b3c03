import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decodeEvent, type LicenseState, TOPICS, type ValidationItem } from '@leasehold/contracts';
import { partitionOf } from '@leasehold/messaging';
import { periodOf } from '@leasehold/licensing';
import { waitFor } from '@leasehold/testing';
import { generateLicenseId } from '@leasehold/tokens';
import { ask, bearer } from './ask.js';
import { balanceRecord, licenseRecord, PRODUCT, TENANT } from './running-validation.js';
import { ToldValidations } from './told.js';
import { settled, ValidationSuite } from './validation-suite.js';

const suite = new ValidationSuite();
let told: ToldValidations;
beforeAll(async () => {
  told = await ToldValidations.of(suite.log);
});

const itemsOf = (license: LicenseState): ValidationItem[] => told.items().filter((item) => item.license === license.id);

describe('what a validation tells', () => {
  it('is one item a verdict, with all that metering and anomaly detection go by', async () => {
    const license = await suite.tell();
    const question = { licenseKey: license.id, domain: 'WWW.example.com' };
    await ask(suite.url, question, bearer(suite.keys.secret));
    await ask(suite.url, { ...question, domain: 'example.org' });
    await waitFor(() => itemsOf(license).length === 2);
    const common = { license: license.id, tenant: TENANT, product: PRODUCT, environment: 'production' };
    expect(itemsOf(license)).toEqual([
      {
        ...common,
        code: 'valid',
        domain: 'www.example.com',
        apiKey: 'key_secret',
        client: expect.any(String) as unknown,
        at: expect.any(Number) as unknown,
      },
      {
        ...common,
        code: 'domain_mismatch',
        domain: 'example.org',
        boundDomain: 'example.com',
        client: expect.any(String) as unknown,
        at: expect.any(Number) as unknown,
      },
    ]);
  });

  it('stands in the partition of its license, numbered without holes', async () => {
    const license = await suite.tell();
    const asked = Array.from({ length: 50 }, () => ask(suite.url, { licenseKey: license.id, domain: 'example.com' }));
    await Promise.all(asked);
    await waitFor(() => itemsOf(license).length === 50);
    const partition = partitionOf(license.id, TOPICS.validations.partitions);
    for (const batch of told.batches) {
      if (batch.items.some((item) => item.license === license.id)) expect(batch.partition).toBe(partition);
    }
  });

  it('never has the address of the client in it', async () => {
    const license = await suite.tell();
    await ask(suite.url, { licenseKey: license.id, domain: 'example.com' });
    await waitFor(() => itemsOf(license).length === 1);
    expect(itemsOf(license)[0]?.client).toMatch(/^[\w-]{22}$/);
    expect(JSON.stringify(told.batches)).not.toContain('127.0.0.1');
  });

  it('says of probing with plausible keys each time, and of garbage once a second and client', async () => {
    const seen = (code: string): number => told.items().filter((item) => item.code === code).length;
    const [unknown, garbage] = [seen('not_found'), seen('malformed')];
    const asked = Array.from({ length: 20 }, (_, at) => [
      ask(suite.url, { licenseKey: generateLicenseId(randomBytes), domain: 'example.com' }),
      ask(suite.url, { licenseKey: `garbage-${at}`, domain: 'example.com' }),
    ]);
    await Promise.all(asked.flat());
    await waitFor(() => seen('not_found') === unknown + 20);
    expect(seen('malformed') - garbage).toBeGreaterThanOrEqual(1);
    expect(seen('malformed') - garbage).toBeLessThanOrEqual(2);
    expect(await suite.metrics()).toMatch(/verdicts_total\{code="malformed",[^}]*\} 20/);
  });
});

describe('the balance that metering tells', () => {
  const balanceOf = (license: LicenseState, used: number, acked: Record<string, number>) => {
    const { start, end } = periodOf(license.period, license.startsAt, Date.now());
    return balanceRecord({
      license: license.id,
      tenant: TENANT,
      meter: 'apiCalls',
      used,
      limit: 10,
      periodStart: start,
      periodEnd: end,
      acked,
    });
  };

  it('is what others have used, and own calls are added until it has them', async () => {
    const license = await suite.tell({ limits: { apiCalls: 10 } });
    const used = async (): Promise<unknown> =>
      (await ask(suite.url, { licenseKey: license.id, domain: 'example.com' })).body['usage'];
    const usedNow = async (): Promise<number> => ((await used()) as { apiCalls: { used: number } }).apiCalls.used;
    expect(await usedNow()).toBe(1);
    expect(await usedNow()).toBe(2);
    await waitFor(() => itemsOf(license).length === 2);
    // another validator has granted 5, and metering has counted our two as well
    const batch = told.batches.findLast(({ items }) => items.some((item) => item.license === license.id));
    if (batch === undefined) throw new Error('nothing was told');
    const last = batch.first + batch.items.length - 1;
    await suite.log.publish([balanceOf(license, 7, { [batch.boot]: last, another: 5 })]);
    let seen = 0;
    await waitFor(async () => (seen = await usedNow()) >= 8);
    const own = itemsOf(license).length;
    expect(seen).toBeLessThanOrEqual(10);
    expect(own).toBeGreaterThanOrEqual(2);
  });

  it('refuses at the hard limit, and opens again when the limit is raised', async () => {
    const license = await suite.tell({ limits: { apiCalls: 10 } });
    await suite.log.publish([balanceOf(license, 10, {})]);
    const code = () => suite.codeOf({ licenseKey: license.id, domain: 'example.com' });
    await settled(code, (seen) => seen === 'usage_exceeded');
    await suite.log.publish([licenseRecord({ ...license, version: 2, limits: { apiCalls: 11 } })]);
    await settled(code, (seen) => seen === 'valid');
    expect(await code()).toBe('usage_exceeded');
  });
});

describe('late binding', () => {
  const late = { bindings: [], domainPolicy: { ...policy(), lateBinding: true } };

  it('grants the first domain, asks issuance to bind it, and refuses others meanwhile', async () => {
    const requests: unknown[] = [];
    await suite.log.follow([TOPICS.bindingRequests], 'start', ({ records }) => {
      for (const record of records) {
        const decoded = decodeEvent(record);
        if ('event' in decoded) requests.push(decoded.event.data);
      }
      return Promise.resolve();
    });
    const license = await suite.tell(late);
    const asked = (domain: string, headers: Record<string, string> = {}) =>
      ask(suite.url, { licenseKey: license.id, domain }, headers);
    expect((await asked('shop.example', { origin: 'https://shop.example' })).body).toMatchObject({
      code: 'valid',
      matchedDomain: 'shop.example',
      assurance: 'declared',
      warnings: ['binding_pending'],
    });
    expect((await asked('www.shop.example')).body['code']).toBe('valid');
    expect((await asked('other.example')).body['code']).toBe('domain_mismatch');
    await waitFor(() => requests.length > 0);
    expect(requests).toEqual([
      {
        license: license.id,
        tenant: TENANT,
        domain: 'shop.example',
        assurance: 'observed',
        at: expect.any(Number) as unknown,
      },
    ]);
    const [binding] = (await suite.tell()).bindings;
    if (binding === undefined) throw new Error('no binding');
    const bound = { ...license, version: 2, bindings: [{ ...binding, domain: 'shop.example' }] };
    await suite.log.publish([licenseRecord(bound)]);
    await settled(
      async () => (await asked('shop.example')).body,
      (body) => (body['warnings'] as unknown[]).length === 0,
    );
    expect((await asked('other.example')).body['code']).toBe('domain_mismatch');
  });

  it('is explained without being begun', async () => {
    const license = await suite.tell(late);
    const response = await fetch(`${suite.url}/v1/licenses/explain`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(suite.keys.secret) },
      body: JSON.stringify({ licenseKey: license.id, domain: 'one.example' }),
    });
    expect(await response.json()).toMatchObject({ code: 'valid' });
    expect(await suite.codeOf({ licenseKey: license.id, domain: 'two.example' })).toBe('valid');
  });
});

function policy(): LicenseState['domainPolicy'] {
  return {
    max: 1,
    kinds: ['exact'],
    development: true,
    lateBinding: false,
    moveCooldownHours: 24,
    movesPerYear: 12,
  };
}

describe('the metrics', () => {
  it('tell verdicts, answers, receipts for each signature, and what waits', async () => {
    await suite.codeFor({});
    const text = await suite.metrics();
    for (const name of [
      'verdicts_total\\{code="valid",',
      'answers_total\\{status="200",',
      'answer_seconds_bucket_total\\{le="\\+Inf",',
      'signatures_total\\{',
      'receipts_total\\{',
      'licenses\\{',
    ]) {
      expect(text).toMatch(new RegExp(`^leasehold_validation_${name}[^}]*\\} [1-9]`, 'm'));
    }
    expect(text).toMatch(/^leasehold_validation_usage_spilled_bytes\{[^}]*\} 0$/m);
    expect(text).toMatch(/^leasehold_validation_usage_lost_total\{[^}]*\} 0$/m);
  });
});
