import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanBody, ProductBody } from '@leasehold/contracts';
import { type RunningIssuance, runIssuance } from '../../test/running-issuance.js';
import { createPlanLookup } from './plan-lookup.js';

let issuance: RunningIssuance;
let productId: string;
beforeAll(async () => {
  issuance = await runIssuance();
  productId = await newProduct('Editor');
});
afterAll(() => issuance.close());

const newProduct = async (name: string): Promise<string> =>
  (await issuance.call<ProductBody>('POST', '/v1/products', { body: { name } })).body.id;
const create = (body: object) => issuance.call<PlanBody>('POST', '/v1/plans', { body });

const SOMEBODY_ELSES = 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb';

describe('POST /v1/plans', () => {
  it('fills in what is not said', async () => {
    const { status, body } = await create({ productId, name: 'basic' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^plan_/),
      productId,
      name: 'basic',
      features: [],
      limits: {},
      enforcement: { apiCalls: 'hard' },
      period: { unit: 'month', timezone: 'UTC' },
      durationDays: null,
      trialDays: null,
      trialGraceDays: 0,
      graceDays: 7,
      domains: {
        max: 1,
        kinds: ['exact'],
        development: true,
        lateBinding: false,
        moveCooldownHours: 24,
        movesPerYear: 12,
      },
      createdAt: '2026-03-01T00:00:00.000Z',
    });
  });

  it('keeps all that is said, in the answer, the list and for issuing', async () => {
    const said = {
      productId,
      name: 'professional',
      features: ['analytics', 'webhooks'],
      limits: { apiCalls: 50_000, seats: 10 },
      enforcement: { apiCalls: 'soft' },
      period: { unit: 'day', timezone: 'Europe/Berlin' },
      durationDays: 365,
      trialDays: 14,
      trialGraceDays: 2,
      graceDays: 3,
      domains: {
        max: 5,
        kinds: ['exact', 'wildcard', 'subtree'],
        development: false,
        lateBinding: true,
        moveCooldownHours: 1,
        movesPerYear: 2,
      },
    };
    const { body } = await create(said);
    expect(body).toMatchObject(said);
    const list = await issuance.call('GET', '/v1/plans');
    expect(list.body.data).toContainEqual(body);

    const { pool } = issuance.service.context.database;
    const find = createPlanLookup(pool);
    const { domains: domainPolicy, ...rest } = said;
    expect(await find(issuance.keys.tenantId, body.id)).toEqual({ ...rest, id: body.id, domainPolicy });
    expect(await find('ten_other', body.id)).toBeUndefined();
    expect(await find(issuance.keys.tenantId, 'plan_unknown')).toBeUndefined();
  });

  it('needs a product of the tenant', async () => {
    expect(await create({ productId: SOMEBODY_ELSES, name: 'x' })).toMatchObject({
      status: 404,
      body: { code: 'product.not_found' },
    });
  });

  it.each([
    ['a negative limit', { limits: { apiCalls: -1 } }],
    ['a time zone that does not exist', { period: { unit: 'month', timezone: 'Mars/Olympus' } }],
    ['a kind of domain that does not exist', { domains: { kinds: ['regex'] } }],
    ['a trial of no days', { trialDays: 0 }],
  ])('refuses %s with 422', async (_what, part) => {
    expect(await create({ productId, name: 'x', ...part })).toMatchObject({
      status: 422,
      body: { code: 'invalid_request' },
    });
  });
});

describe('GET /v1/plans', () => {
  it('filters by product, which must be the tenant’s', async () => {
    const another = await newProduct('Viewer');
    const { body: plan } = await create({ productId: another, name: 'viewer' });
    const { body } = await issuance.call('GET', `/v1/plans?productId=${another}`);
    expect(body.data).toEqual([plan]);
    expect(await issuance.call('GET', `/v1/plans?productId=${SOMEBODY_ELSES}`)).toMatchObject({
      status: 404,
      body: { code: 'product.not_found' },
    });
  });
});
