import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody } from '@leasehold/contracts';
import { type LicenseEvent, licenseDecider, type LicenseState } from '@leasehold/licensing';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';
import { WRITE_PATH, type WritePath } from '../store/write-path.js';
import { LICENSE_CONTEXT, type LicenseContext } from './license-context.js';
import { licenseStream } from './change-license.js';
import { issueLicense } from './issue-license.js';
import { updateLicense } from './update-license.js';

let issuance: LicensedIssuance;
beforeAll(async () => {
  issuance = await licensedIssuance();
});
afterAll(() => issuance.close());

const eventsOf = (id: string) => {
  const { store } = issuance.service.app.get<WritePath>(WRITE_PATH, { strict: false });
  return store.readStream(licenseStream(id));
};

describe('many commands at once on one license', () => {
  it('all count, each upon the one before, with versions without holes', async () => {
    const { id } = await issuance.issued();
    const reasons = Array.from({ length: 50 }, (_, n) => `reason-${n}`);
    const answers = await Promise.all(reasons.map((reason) => issuance.command(id, 'suspend', { reason })));
    expect(answers.map(({ status }) => status)).toEqual(reasons.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.version)).size).toBe(50);
    const { suspendedReasons, version } = await issuance.read(id);
    expect([...suspendedReasons].sort()).toEqual([...reasons].sort());
    expect(version).toBe(51);
    expect((await eventsOf(id)).map((event) => event.version)).toEqual(Array.from({ length: 51 }, (_, n) => n + 1));
  });

  it('from two processes all count too', async () => {
    const { id } = await issuance.issued();
    const other = await issuance.another();
    const contexts = [issuance.service, other].map(({ app }) =>
      app.get<LicenseContext>(LICENSE_CONTEXT, { strict: false }),
    );
    const change = {
      tenantId: issuance.keys.tenantId,
      licenseId: id,
      actor: { type: 'system', id: 'test' },
      now: issuance.clock.now(),
    } as const;
    const answering = { show: () => undefined, keep: () => Promise.resolve(undefined) };
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        contexts.map((context) => updateLicense(context, change, { limits: { [`m${n}`]: n } }, answering)),
      ).flat(),
    );
    expect(Object.keys((await issuance.read(id)).limits)).toHaveLength(14);
    expect((await eventsOf(id)).map(({ version }) => version)).toEqual(Array.from({ length: 13 }, (_, n) => n + 1));
  });

  it('under one If-Match are one change and 412s', async () => {
    const { id } = await issuance.issued();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        issuance.call<LicenseBody>('PATCH', `/v1/licenses/${id}`, {
          body: { metadata: { n } },
          headers: { 'if-match': '"1"' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    const winner = answers.find(({ status }) => status === 200);
    expect(await issuance.read(id)).toEqual(winner?.body);
  });

  it('never bind more domains than the plan allows', async () => {
    const { id } = await issuance.issued();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => issuance.command(id, 'domains', { domain: `d${n}.example` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect((await issuance.read(id)).domains).toHaveLength(3);
  });

  it('under one Idempotency-Key are one command', async () => {
    const { id } = await issuance.issued();
    const headers = { 'idempotency-key': 'at-once' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => issuance.command(id, 'rotate-key', {}, headers)));
    const keys = answers.filter(({ status }) => status === 200).map(({ body }) => body.key);
    expect(new Set(keys).size).toBe(1);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    expect(await issuance.history(id)).toEqual(['LicenseIssued', 'KeyRotated']);
  });
});

describe('an id that was drawn twice', () => {
  it('is refused, and the first license stays as it is', async () => {
    const context = issuance.service.app.get<LicenseContext>(LICENSE_CONTEXT, { strict: false });
    const writePath = { ...context.writePath, random: (size: number) => new Uint8Array(size).fill(9) };
    const issue = () =>
      issueLicense(
        { ...context, writePath },
        {
          tenantId: issuance.keys.tenantId,
          actor: { type: 'system', id: 'test' },
          now: issuance.clock.now(),
          order: { planId: issuance.planId, domains: [] },
        },
        () => Promise.resolve(undefined),
      );
    const first = await issue();
    if ('refusal' in first) throw new Error(first.refusal.code);
    expect(await issue()).toEqual({ refusal: { code: 'license.already_exists' } });
    expect(await issuance.read(first.body.id)).toEqual(first.body);
  });
});

describe('the row of a license', () => {
  it('is what folding its events gives, after every kind of change', async () => {
    const { id } = await issuance.issued({ domains: ['a.com', 'b.com'], expiresAt: '2026-03-20T00:00:00Z' });
    const smaller = await issuance.newPlan({ name: 'smaller' });
    for (const [what, body] of [
      ['domains', { domain: 'c.com' }],
      ['domains/move', { from: 'c.com', to: 'd.com' }],
      ['suspend', { reason: 'x' }],
      ['reinstate', { reason: 'x' }],
      ['rotate-key', {}],
      ['change-plan', { planId: smaller }],
      ['cancel', {}],
      ['renew', { expiresAt: '2026-03-25T00:00:00Z' }],
    ] as const) {
      await issuance.command(id, what, body);
    }
    await issuance.call('DELETE', `/v1/licenses/${id}/domains/a.com`);
    await issuance.call('PATCH', `/v1/licenses/${id}`, { body: { limits: { seats: 1 }, metadata: { a: 1 } } });

    const folded = (await eventsOf(id))
      .map(({ type, data }) => ({ ...(data as { change: object }).change, type }) as LicenseEvent)
      .reduce<LicenseState>(licenseDecider.evolve, licenseDecider.initial);
    const { loadLicense } = issuance.service.app.get<LicenseContext>(LICENSE_CONTEXT, { strict: false });
    const stored = await loadLicense(issuance.keys.tenantId, id);
    expect(stored.state).toEqual(folded);
    expect(stored.version).toBe((await eventsOf(id)).length);
  });

  it('and each event carry the state after it', async () => {
    const { id } = await issuance.issued({ domains: ['a.com'] });
    await issuance.command(id, 'suspend', { reason: 'x' });
    let state = licenseDecider.initial;
    for (const { type, data } of await eventsOf(id)) {
      const { change, state: after } = data as { change: object; state: unknown };
      state = licenseDecider.evolve(state, { ...change, type } as LicenseEvent);
      expect(after).toEqual(state.status === 'issued' ? state.license : undefined);
    }
  });
});
