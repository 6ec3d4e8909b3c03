import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EVENTS, TOPICS, decodeEvent } from '@leasehold/contracts';
import type { SigningKeyBody } from '@leasehold/contracts';
import type { LogRecord } from '@leasehold/messaging';
import { waitFor } from '@leasehold/testing';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';

let issuance: LicensedIssuance;
let published: LogRecord[];
let stop: () => Promise<void>;
beforeAll(async () => {
  issuance = await licensedIssuance();
  published = [];
  const follower = await issuance.log.follow([TOPICS.accounts], 'start', (batch) => {
    published.push(...batch.records);
    return Promise.resolve();
  });
  stop = () => follower.close();
});
afterAll(async () => {
  await stop();
  await issuance.close();
});

const tokenOf = async (id: string) =>
  (await issuance.call<{ token: string }>('GET', `/v1/licenses/${id}/token`)).body.token;

/** The tenant's public keys, as everybody else knows them. */
const keySet = (): JSONWebKeySet => {
  const keys = published.flatMap((record) => {
    const decoded = decodeEvent(record);
    if (!('event' in decoded) || decoded.event.type !== EVENTS.publicKey.type) return [];
    const { kid, jwk } = decoded.event.data as { kid: string; jwk: JSONWebKeySet['keys'][number] };
    return [{ ...jwk, kid, alg: 'EdDSA' }];
  });
  return { keys };
};

describe('GET /v1/licenses/{id}/token', () => {
  it('gives a token that a stock library verifies by the published keys', async () => {
    const license = await issuance.issued({
      domains: ['example.com', '*.example.org'],
      startsAt: '2026-03-02T00:00:00.000Z',
    });
    const { tenantId } = issuance.keys;
    const token = await tokenOf(license.id);
    await waitFor(() => keySet().keys.some(({ kid }) => kid === decodeProtectedHeader(token).kid));
    const verified = await jwtVerify(token, createLocalJWKSet(keySet()), {
      typ: 'license+jwt',
      issuer: `http://localhost:8080/t/${tenantId}`,
      audience: issuance.productId,
      subject: license.id,
      currentDate: new Date('2026-03-03T00:00:00Z'),
    });
    expect(verified.payload).toEqual({
      iss: `http://localhost:8080/t/${tenantId}`,
      aud: issuance.productId,
      sub: license.id,
      domain: 'example.com',
      domains: ['example.com', '*.example.org'],
      plan: 'professional',
      features: ['analytics'],
      limits: { apiCalls: 1_000, seats: 10 },
      iat: Date.parse(license.updatedAt) / 1000,
      nbf: Date.parse('2026-03-02T00:00:00Z') / 1000,
      exp: Date.parse(license.expiresAt ?? '') / 1000,
      grace: 7 * 86_400,
      ver: 1,
      jti: `${license.id}.1`,
    });
  });

  it('gives the same bytes for the same version, and others for the next', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    const first = await tokenOf(id);
    issuance.clock.advance(60_000);
    expect(await tokenOf(id)).toBe(first);
    await issuance.command(id, 'suspend', { reason: 'x' });
    const second = await tokenOf(id);
    expect(decodeJwt(second)).toMatchObject({ ver: 2, iat: issuance.clock.now() / 1000 });
  });

  it('has no end for a perpetual license, and says that a trial is one', async () => {
    const perpetual = await issuance.issued({ planId: await issuance.newPlan({ durationDays: null }) });
    expect(decodeJwt(await tokenOf(perpetual.id))).not.toHaveProperty('exp');
    const trial = await issuance.issued({ planId: await issuance.newPlan({ trialDays: 7, trialGraceDays: 1 }) });
    expect(decodeJwt(await tokenOf(trial.id))).toMatchObject({ trial: true, grace: 86_400 });
  });

  it('is signed by the key that was rotated in, at once', async () => {
    const { id } = await issuance.issued();
    const { body } = await issuance.call<SigningKeyBody>('POST', '/v1/signing-keys/rotate', {
      body: { activate: 'now' },
    });
    expect(decodeProtectedHeader(await tokenOf(id)).kid).toBe(body.kid);
  });

  it('is refused for a revoked license, and given while a suspension or a cancellation can be taken back', async () => {
    const { id } = await issuance.issued();
    await issuance.command(id, 'suspend', { reason: 'payment' });
    await issuance.command(id, 'cancel');
    expect(decodeJwt(await tokenOf(id))).toMatchObject({ ver: 3 });
    await issuance.command(id, 'revoke');
    expect(await issuance.call('GET', `/v1/licenses/${id}/token`)).toMatchObject({
      status: 409,
      body: { code: 'license.transition_refused' },
    });
  });

  it('is not there for a license that is not', async () => {
    expect(await issuance.call('GET', '/v1/licenses/lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s/token')).toMatchObject({
      status: 404,
      body: { code: 'license.not_found' },
    });
  });
});
