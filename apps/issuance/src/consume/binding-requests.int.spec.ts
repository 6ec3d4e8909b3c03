import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BindingRequest, encodeEvent, EVENTS, TOPICS } from '@leasehold/contracts';
import { listParked, partitionOf } from '@leasehold/messaging';
import { waitFor } from '@leasehold/testing';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
let late: string;
beforeAll(async () => {
  issuance = await licensedIssuance();
  late = await issuance.newPlan({ domains: { max: 2, lateBinding: true } });
});
afterAll(() => issuance.close());

const { bindingRequests } = TOPICS;
const ask = async (license: string, domain: string, changes: Partial<BindingRequest> = {}) => {
  const at = issuance.clock.now();
  const request: BindingRequest = {
    license,
    tenant: issuance.keys.tenantId,
    domain,
    assurance: 'declared',
    at,
    ...changes,
  };
  const envelope = { id: randomUUID(), source: '/test', subject: license, time: at };
  const partition = partitionOf(license, bindingRequests.partitions);
  await issuance.log.publish([
    { topic: bindingRequests.name, partition, key: license, ...encodeEvent(EVENTS.bindingRequest, envelope, request) },
  ]);
};
/** Requests of one license are handled in order: once the last one shows, all before it have been handled. */
const settled = async () => {
  const { id } = await issuance.issued({ planId: late });
  const partitions = Array.from({ length: bindingRequests.partitions }, (_, partition) => partition);
  await ask(id, 'settled.example');
  await waitFor(async () => (await issuance.read(id)).domains.length === 1);
  await waitFor(async () => {
    const lag = await issuance.log.lag('issuance', [bindingRequests]);
    return partitions.every((partition) => lag.find((one) => one.partition === partition)?.lag === 0);
  });
};
const domainsOf = async (id: string) => (await issuance.read(id)).domains.map(({ domain }) => domain);

describe('a request of the first validation', () => {
  it('binds the domain, and the first that arrives decides', async () => {
    const { id } = await issuance.issued({ planId: late });
    await ask(id, 'first.example');
    await ask(id, 'second.example');
    await settled();
    expect(await issuance.read(id)).toMatchObject({
      domains: [{ domain: 'first.example', assurance: 'declared', kind: 'exact' }],
      version: 2,
    });
    const { body } = await issuance.call('GET', `/v1/licenses/${id}/events`);
    expect(body.data.at(-1)).toMatchObject({ type: 'DomainBound', actor: 'system:first-validation' });
  });

  it('counts once however often it is delivered', async () => {
    const { id } = await issuance.issued({ planId: late });
    for (let time = 0; time < 5; time++) await ask(id, 'often.example');
    await settled();
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'DomainBound']);
  });

  it('that comes again after the domain was released does not bring it back', async () => {
    const { id } = await issuance.issued({ planId: late });
    const at = issuance.clock.now();
    await ask(id, 'released.example');
    await waitFor(async () => (await domainsOf(id)).length === 1);
    issuance.clock.advance(1_000);
    await issuance.call('DELETE', `/v1/licenses/${id}/domains/released.example`);
    await ask(id, 'released.example', { at });
    await settled();
    expect(await domainsOf(id)).toEqual([]);
    await ask(id, 'released.example', { at: issuance.clock.now() + 1 });
    await waitFor(async () => (await domainsOf(id)).length === 1);
  });

  it('binds nothing where nothing is to be bound, and holds up nobody', async () => {
    const { pool } = issuance.service.context.database;
    const plain = await issuance.issued();
    const bound = await issuance.issued({ planId: late, domains: ['mine.example'] });
    const revoked = await issuance.issued({ planId: late });
    await issuance.command(revoked.id, 'revoke');
    const open = await issuance.issued({ planId: late });
    await ask(plain.id, 'x.example');
    await ask(bound.id, 'x.example');
    await ask(revoked.id, 'x.example');
    await ask(open.id, 'localhost');
    await ask(open.id, 'not a domain');
    await ask(open.id, 'x.example', { tenant: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb' });
    await ask('lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s', 'x.example');
    await settled();
    const domains = await Promise.all([plain, bound, revoked, open].map(({ id }) => domainsOf(id)));
    expect(domains).toEqual([[], ['mine.example'], [], []]);
    expect(await listParked(pool, { group: 'issuance' })).toEqual([]);
  });
});
