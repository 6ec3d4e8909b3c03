import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { mismatch, granted, testLicense, type TestLicense } from '../../test/observed.js';
import { type AnyBody, type RunningAnomaly, runAnomaly } from '../../test/running-anomaly.js';

const NOON = Date.parse('2026-03-02T12:00:00Z');
const SECOND_MS = 1_000;

jest.setTimeout(60_000);

let anomaly: RunningAnomaly;
beforeAll(async () => {
  anomaly = await runAnomaly();
});
afterAll(() => anomaly.close());

/** One mismatch of the license, as a finding. */
const found = async (license: TestLicense, at = NOON) => {
  await anomaly.observe(license, [mismatch(license, 'pirate.example', at)]);
  return anomaly.finding(license, 1);
};
const post = (id: string, verb: string, options = {}) => anomaly.call('POST', `/v1/anomalies/${id}/${verb}`, options);

describe('GET /v1/anomalies/{id}', () => {
  it('answers the finding with its evidence', async () => {
    const license = testLicense('c');
    await anomaly.observe(license, [
      mismatch(license, 'pirate.example', NOON),
      mismatch(license, 'pirate.example', NOON + SECOND_MS),
    ]);
    const { id } = await anomaly.finding(license, 2);
    const { status, body } = await anomaly.call('GET', `/v1/anomalies/${id}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: expect.stringMatching(/^ano_[0-9a-hjkmnp-tv-z]{26}$/),
      rule: 'domain_mismatch',
      severity: 'info',
      status: 'open',
      licenseId: license.license,
      count: 2,
      firstSeenAt: '2026-03-02T12:00:00.000Z',
      lastSeenAt: '2026-03-02T12:00:01.000Z',
      evidence: {
        reached: 'once',
        domains: [
          {
            domain: 'pirate.example',
            count: 2,
            firstSeenAt: '2026-03-02T12:00:00.000Z',
            lastSeenAt: '2026-03-02T12:00:01.000Z',
          },
        ],
      },
    });
  });

  it.each([`ano_${'0'.repeat(26)}`, 'ano_short', 'lic_1', '%00'])('answers 404 for %s', async (id) => {
    expect(await anomaly.call('GET', `/v1/anomalies/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'anomaly.not_found' },
    });
  });
});

describe('GET /v1/anomalies', () => {
  const [quiet, loud] = [testLicense('d'), testLicense('e')];
  beforeAll(async () => {
    for (const license of [quiet, loud]) await anomaly.introduce(license);
    await anomaly.observe(quiet, [mismatch(quiet, 'pirate.example', NOON)]);
    await anomaly.observe(loud, [
      ...['a', 'b', 'c'].map((letter) => mismatch(loud, `${letter}.example`, NOON + SECOND_MS)),
      ...granted(loud, 598, NOON + 2 * SECOND_MS),
    ]);
    await anomaly.finding(quiet, 1);
    await anomaly.finding(loud, 1);
  });
  const listed = async (query: string) =>
    (await anomaly.list(`limit=100&${query}`)).body.data
      .filter(({ licenseId }) => [quiet.license, loud.license].includes(licenseId))
      .map(({ licenseId, rule }) => `${licenseId.slice(4, 5)} ${rule}`);

  it('lists last seen first', async () => {
    expect(await listed('')).toEqual(['e burst_requests', 'e domain_mismatch', 'd domain_mismatch']);
  });

  it.each([
    [`licenseId=${loud.license}`, ['e burst_requests', 'e domain_mismatch']],
    [`licenseId=${loud.license}&rule=domain_mismatch`, ['e domain_mismatch']],
    ['rule=burst_requests', ['e burst_requests']],
    ['severity=critical', ['e domain_mismatch']],
    ['severity=info&status=open', ['d domain_mismatch']],
    ['status=muted', []],
  ])('filters by %s', async (query, expected) => {
    expect(await listed(query)).toEqual(expected);
  });

  it('answers nothing for a license of which nothing was found', async () => {
    const license = testLicense('f');
    await anomaly.introduce(license);
    expect(await anomaly.list(`licenseId=${license.license}`)).toMatchObject({
      status: 200,
      body: { data: [], nextCursor: null },
    });
  });

  it('pages without holes or repetitions, also among findings of one millisecond', async () => {
    // all at once, so that only their ids order them
    const licenses = Array.from('ghjkmnp', (letter) => testLicense(letter));
    for (const license of licenses) await found(license, NOON + 60 * SECOND_MS);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: Awaited<ReturnType<typeof anomaly.list>> = await anomaly.list(
        `limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
    }
    const { body } = await anomaly.list('limit=100');
    expect(seen).toEqual(body.data.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(licenses.length);
  });

  it.each(['nonsense', 'W10', 'WzEsMl0', 'WzEsIlx1MDAwMCJd'])('refuses the cursor %s', async (cursor) => {
    expect(await anomaly.list(`cursor=${cursor}`)).toMatchObject({ status: 422, body: { code: 'invalid_cursor' } });
  });

  it('takes a cursor of any time for a place in the list', async () => {
    const late = Buffer.from(JSON.stringify([Number.MAX_SAFE_INTEGER, 'x'])).toString('base64url');
    expect((await anomaly.list(`cursor=${late}`)).status).toBe(200);
  });

  it.each(['limit=101', 'status=closed', 'rule=key_probing', 'severity=high', 'licenseId=lic_1', 'color=red'])(
    'refuses %s',
    async (query) => {
      expect(await anomaly.list(query)).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    },
  );
});

describe('settling', () => {
  it.each([
    ['acknowledge', 'acknowledged', 'q'],
    ['resolve', 'resolved', 'r'],
    ['mute', 'muted', 's'],
  ])('%s answers the finding as %s, tells it, and is refused a second time', async (verb, status, letter) => {
    const { id } = await found(testLicense(letter));
    expect(await post(id, verb)).toMatchObject({ status: 200, body: { id, status, count: 1 } });
    expect((await anomaly.call('GET', `/v1/anomalies/${id}`)).body.status).toBe(status);
    const told = await anomaly.told(id, 2);
    expect(told.map(({ data }) => data.status)).toEqual(['open', status]);
    expect(await post(id, verb)).toMatchObject({ status: 409, body: { code: 'anomaly.transition_refused' } });
    expect(await anomaly.told(id, 2)).toHaveLength(2);
  });

  it('goes from open over acknowledged to resolved, and never back', async () => {
    const { id } = await found(testLicense('t'));
    await post(id, 'acknowledge');
    expect((await post(id, 'resolve')).status).toBe(200);
    for (const verb of ['acknowledge', 'mute', 'resolve']) expect((await post(id, verb)).status).toBe(409);
  });

  it('gives the first answer again to a request that is repeated under its Idempotency-Key', async () => {
    const { id } = await found(testLicense('v'));
    const headers = { 'idempotency-key': 'resolve-once' };
    const first = await post(id, 'resolve', { headers });
    const again = await post(id, 'resolve', { headers });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await anomaly.told(id, 2)).toHaveLength(2);
  });

  it('keeps the answer in the transaction of the status: a crash right after the commit repeats nothing', async () => {
    const { id } = await found(testLicense('0'));
    await post(id, 'resolve', { headers: { 'idempotency-key': 'resolve-and-crash' } });
    const { pool } = anomaly.service.context.database;
    const { rows } = await pool.query<{ together: boolean }>(
      'select i.xmin = f.xmin as together from idempotency i, finding f where f.id = $1 and i.answer is not null',
      [id],
    );
    expect(rows).toContainEqual({ together: true });
  });

  it('lets one of two callers through', async () => {
    const { id } = await found(testLicense('w'));
    const answers = await Promise.all([post(id, 'resolve'), post(id, 'resolve')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('what happens again', () => {
  it('after it was resolved opens a new finding, which is told at once', async () => {
    const license = testLicense('x');
    const { id } = await found(license);
    await post(id, 'resolve');
    await anomaly.observe(license, [mismatch(license, 'pirate.example', NOON + SECOND_MS)]);
    const next = await waitFor(async () => {
      const { data } = (await anomaly.list('limit=100&status=open')).body;
      return data.find(({ licenseId }) => licenseId === license.license);
    });
    expect(next).toMatchObject({ status: 'open', count: 1, firstSeenAt: '2026-03-02T12:00:01.000Z' });
    expect(next.id).not.toBe(id);
    expect(await anomaly.told(next.id, 1)).toMatchObject([{ data: { status: 'open', count: 1 } }]);
  });

  it('after it was acknowledged is told when it is worse, and only then', async () => {
    const license = testLicense('3');
    const { id } = await found(license);
    await post(id, 'acknowledge');
    await anomaly.observe(license, [
      mismatch(license, 'pirate.example', NOON + 2 * 3_600_000),
      ...['b', 'c'].map((letter) => mismatch(license, `${letter}.example`, NOON + 2 * 3_600_000)),
    ]);
    expect(await anomaly.finding(license, 4)).toMatchObject({ id, status: 'acknowledged', severity: 'critical' });
    const told = await anomaly.told(id, 3);
    expect(told.map(({ data }) => [data.status, data.count])).toEqual([
      ['open', 1],
      ['acknowledged', 1],
      ['acknowledged', 4],
    ]);
  });

  it('after it was muted counts on, and nobody is told', async () => {
    const license = testLicense('y');
    const { id } = await found(license);
    await post(id, 'mute');
    await anomaly.observe(
      license,
      ['b', 'c', 'd'].map((letter) => mismatch(license, `${letter}.example`, NOON + 1)),
    );
    expect(await anomaly.finding(license, 4)).toMatchObject({ id, status: 'muted', severity: 'critical' });
    // what is resolved afterwards is told after anything that came before
    await post(id, 'resolve');
    const told = await anomaly.told(id, 3);
    expect(told.map(({ data }) => data.status)).toEqual(['open', 'muted', 'resolved']);
  });
});

describe('a license that was issued a moment ago', () => {
  it('is waited for by who asks for its findings', async () => {
    const license = testLicense('9', anomaly.tenant.id);
    const asked = anomaly.list(`licenseId=${license.license}`);
    await anomaly.issue(license);
    expect(await asked).toMatchObject({ status: 200, body: { data: [], nextCursor: null } });
  });
});

describe('tenants', () => {
  it('never meet: another tenant’s findings and licenses do not exist', async () => {
    const { tenant, other } = anomaly;
    const mine = testLicense('z', tenant.id);
    const theirs = testLicense('1', other.id);
    for (const license of [mine, theirs]) await anomaly.introduce(license);
    const { id } = await found(theirs);
    const answers: { readonly status: number; readonly body: Pick<AnyBody, 'code'> }[] = [
      await anomaly.call('GET', `/v1/anomalies/${id}`),
      await post(id, 'acknowledge'),
      await post(id, 'resolve'),
      await post(id, 'mute'),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(Array(4).fill([404, 'anomaly.not_found']));
    expect(await anomaly.list(`licenseId=${theirs.license}`)).toMatchObject({
      status: 404,
      body: { code: 'license.not_found' },
    });
    expect((await anomaly.list('limit=100')).body.data.map((one) => one.id)).not.toContain(id);
    const { body } = await anomaly.list('limit=100', other);
    expect(body.data).toMatchObject([{ id, status: 'open', licenseId: theirs.license }]);
  });
});

describe('the service', () => {
  it('is ready, and says what it has seen and told', async () => {
    await found(testLicense('2'));
    const { service } = anomaly;
    expect(await service.readiness()).toMatchObject({ ready: true });
    const metrics = await service.context.metrics.metrics();
    expect(metrics).toMatch(/leasehold_anomaly_observations_total\{service="anomaly"\} [1-9]/);
    expect(metrics).toMatch(
      /leasehold_anomaly_findings_told_total\{rule="domain_mismatch",severity="info"[^}]*\} [1-9]/,
    );
    expect(metrics).toMatch(/leasehold_anomaly_missing_validations_total\{service="anomaly"\} 0/);
    expect(metrics).toMatch(/leasehold_anomaly_untold_findings\{service="anomaly"\} \d/);
  });
});
