import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '@leasehold/licensing';
import type { RunningService } from '@leasehold/runtime';
import { waitFor } from '@leasehold/testing';
import { type LicensedIssuance, licensedIssuance } from '../../test/licensed-issuance.js';
import { LICENSE_CONTEXT, type LicenseContext } from '../licenses/license-context.js';
import { claimDue } from './claim-due.js';
import { runDueDeadlines } from './run-due-deadlines.js';
import { tellDue } from './tell-due.js';

let issuance: LicensedIssuance;
let others: readonly LicenseContext[];
const contextOf = ({ app }: RunningService) => app.get<LicenseContext>(LICENSE_CONTEXT, { strict: false });
beforeAll(async () => {
  issuance = await licensedIssuance();
  others = [contextOf(issuance.service), contextOf(await issuance.another())];
});
afterAll(() => issuance.close());

/** A notice is told by the schedules of both services, which run all the time; so wait for what they do. */
const told = (id: string, types: readonly string[]) =>
  waitFor(async () => {
    expect(await issuance.history(id)).toEqual(types);
    return true;
  });
const notices = async (id: string) => (await issuance.history(id)).slice(1);
const deadlineOf = async (id: string): Promise<string | undefined> => {
  const { rows } = await issuance.service.context.database.pool.query<{ due_at: Date }>(
    'select due_at from deadline where license_id = $1',
    [id],
  );
  return rows[0]?.due_at.toISOString();
};
const inDays = (days: number) => new Date(issuance.clock.now() + days * DAY_MS).toISOString();
const fail = (error: unknown): never => {
  throw error;
};
/** Both processes look, several times at once, beside the schedules of their own. */
const lookMany = () =>
  Promise.all([...others, ...others, ...others, ...others].map((context) => runDueDeadlines(context, fail)));

describe('the clock', () => {
  it('tells each notice when it is due, once, whoever looks', async () => {
    const { id } = await issuance.issued({ expiresAt: inDays(40) });
    const expected = ['LicenseIssued'];
    await lookMany();
    expect(await notices(id)).toEqual([]);
    for (const [days, type] of [
      [10, 'LicenseExpiring'],
      [23, 'LicenseExpiring'],
      [6, 'LicenseExpiring'],
      [1, 'LicenseExpired'],
      [7, 'GraceEnded'],
    ] as const) {
      issuance.clock.advance(days * DAY_MS);
      expected.push(type);
      await lookMany();
      await told(id, expected);
    }
    await lookMany();
    await told(id, expected);
    expect(await deadlineOf(id)).toBeUndefined();
    const { body } = await issuance.call('GET', `/v1/licenses/${id}/events`);
    expect(body.data.map(({ data }) => (data as { days?: number }).days).filter(Boolean)).toEqual([30, 7, 1]);
    expect(new Set(body.data.slice(1).map(({ actor }) => actor))).toEqual(new Set(['system:deadlines']));
  });

  it('tells a hundred licenses at once, each once, by two processes', async () => {
    const expiresAt = inDays(0.5);
    const licenses = await Promise.all(Array.from({ length: 100 }, () => issuance.issued({ expiresAt })));
    issuance.clock.advance(DAY_MS);
    await lookMany();
    for (const { id } of licenses) await told(id, ['LicenseIssued', 'LicenseExpired']);
  });

  it('tells of imports that have run out, but announces no end that is past', async () => {
    const { id } = await issuance.issued({ startsAt: inDays(-400), expiresAt: inDays(-30) });
    await lookMany();
    await told(id, ['LicenseIssued', 'LicenseExpired', 'GraceEnded']);
  });

  it('tells again after a renewal, of the new end only', async () => {
    const { id } = await issuance.issued({ expiresAt: inDays(2) });
    issuance.clock.advance(1.5 * DAY_MS);
    await told(id, ['LicenseIssued', 'LicenseExpiring']);
    await issuance.command(id, 'renew', { expiresAt: inDays(20) });
    expect(await deadlineOf(id)).toBe(inDays(13));
    issuance.clock.advance(DAY_MS);
    await lookMany();
    expect(await notices(id)).toEqual(['LicenseExpiring', 'LicenseRenewed']);
    issuance.clock.advance(19.5 * DAY_MS);
    await told(id, ['LicenseIssued', 'LicenseExpiring', 'LicenseRenewed', 'LicenseExpired']);
  });

  it('tells nothing of a license that was cancelled or revoked before', async () => {
    const licenses = [await issuance.issued({ expiresAt: inDays(1) }), await issuance.issued({ expiresAt: inDays(1) })];
    const [cancelled = '', revoked = ''] = licenses.map(({ id }) => id);
    await issuance.command(cancelled, 'cancel');
    await issuance.command(revoked, 'revoke');
    expect([await deadlineOf(cancelled), await deadlineOf(revoked)]).toEqual([undefined, undefined]);
    issuance.clock.advance(10 * DAY_MS);
    await lookMany();
    expect([await notices(cancelled), await notices(revoked)]).toEqual([['LicenseCancelled'], ['LicenseRevoked']]);
  });

  it('has no deadline for a perpetual license', async () => {
    const { id } = await issuance.issued({ planId: await issuance.newPlan({ durationDays: null }) });
    expect(await deadlineOf(id)).toBeUndefined();
  });
});

describe('a scheduler that is killed', () => {
  it('after it has taken a license leaves it to another, once its claim has run out', async () => {
    const { pool } = issuance.service.context.database;
    const { id } = await issuance.issued({ expiresAt: inDays(1) });
    await lookMany();
    // a scheduler ahead of the others takes it, and never looks
    const ahead = issuance.clock.now() + DAY_MS;
    const claimed = await claimDue(pool, ahead, 100);
    expect(claimed).toContainEqual({ licenseId: id, tenantId: issuance.keys.tenantId });
    expect(await claimDue(pool, ahead, 100)).toEqual([]);
    issuance.clock.advance(DAY_MS);
    await lookMany();
    expect(await notices(id)).toEqual([]);
    issuance.clock.advance(30_000);
    await told(id, ['LicenseIssued', 'LicenseExpired']);
  });

  it('is not missed when its claim is taken over and it comes back: the version lets one of them tell', async () => {
    const [one, two] = others;
    if (one === undefined || two === undefined) throw new Error('two processes');
    const { id } = await issuance.issued({ expiresAt: inDays(1) });
    issuance.clock.advance(DAY_MS + HOUR_MS);
    const due = { licenseId: id, tenantId: issuance.keys.tenantId };
    await Promise.all([one, two, one, two].map((context) => tellDue(context, due, issuance.clock.now())));
    await told(id, ['LicenseIssued', 'LicenseExpired']);
  });

  it('does not look for ever at a license that has nothing to tell', async () => {
    const { pool } = issuance.service.context.database;
    const { id } = await issuance.issued({ expiresAt: inDays(1) });
    await issuance.command(id, 'cancel');
    // as if a row had been left behind: the schedules find it, and put it right
    await pool.query('insert into deadline (license_id, due_at) values ($1, $2)', [id, new Date(0)]);
    await waitFor(async () => (await deadlineOf(id)) === undefined);
    expect(await claimDue(pool, issuance.clock.now(), 100)).toEqual([]);
    expect(await notices(id)).toEqual(['LicenseCancelled']);
  });
});
