import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseBody, UsageBody } from '@leasehold/contracts';
import { seededRandom, waitFor } from '@leasehold/testing';
import { type ApiClient, apiClient } from '../e2e/api-client.js';
import { type DataFolder, openDataFolder, type PlatformProcess, postgresPid, send } from '../e2e/platform-process.js';
import { type List, type Vendor, vendorOf } from '../e2e/vendor.js';
import { boundsOf, openLedger } from './ledger.js';
import { openWebhookJournal, type WebhookJournal } from './webhook-journal.js';
import { runUntilCutOff } from './workload.js';

const KILLS_DURING_WRITES = 20;
const KILLS_DURING_STARTS = 4;
/** Usage that was acknowledged this long before a kill is never lost. */
const USAGE_LOST_WITHIN_MS = 1_000;
const READERS = 8;

/** How far a start has come when it is killed. */
const STAGES: readonly (readonly [string, (started: PlatformProcess) => boolean | Promise<boolean>])[] = [
  ['settings read', ({ stdout }) => stdout().includes('"msg":"starting"')],
  ['port open', async ({ url }) => (await fetch(`${url}/livez`)).ok],
  ['ready', ({ stderr }) => stderr().includes('is ready at')],
];

interface LicenseEventBody {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly occurredAt: string;
}

const random = seededRandom();
const ledger = openLedger();
let folder: DataFolder;
let journal: WebhookJournal;
let platform: PlatformProcess;
let vendor: Vendor;
let planId: string;

const start = async (): Promise<ApiClient> => {
  platform = await folder.start();
  const api = apiClient(platform.url, folder.keys().secretKey);
  vendor = vendorOf(api);
  return api;
};

/** The platform, and now and then its PostgreSQL with it, gone from one moment to the next. */
const kill = (withDatabase: boolean): void => {
  const postgres = withDatabase ? postgresPid(folder.path) : undefined;
  platform.child.kill('SIGKILL');
  if (postgres !== undefined) send(postgres, 'SIGKILL');
};

/** Writes until a seeded number of answers has come and a seeded time has passed, and kills in that moment. */
async function writeAndKill(name: string): Promise<void> {
  const api = await start();
  // what was cut off before may be asked for again: it happens once
  for (const { reference, body } of ledger.cutOff.splice(-3)) {
    const again = await api.post<LicenseBody>('/v1/licenses', body, { 'idempotency-key': reference });
    // one that was being handled when it was cut off blocks its key for a minute
    if (again.status === 409) continue;
    expect([again.status, again.body.customer?.reference]).toEqual([201, reference]);
    ledger.licenses.push({ id: again.body.id, reference, commands: [], isFree: true });
    ledger.acknowledged += 1;
  }
  const { id, key } = await vendor.issue(planId);
  const round = { licenseId: id, key, asked: 0, grantedAt: [], killedAt: 0 };
  ledger.calls.push(round);
  const [answers, lastsMs, withDatabase] = [random.integer(50, 250), random.integer(1_100, 1_900), random.next() < 0.3];
  const beganAt = performance.now();
  let answered = 0;
  const acknowledged = (): void => {
    const now = performance.now();
    if (++answered < answers || now - beganAt < lastsMs || round.killedAt > 0) return;
    round.killedAt = now;
    kill(withDatabase);
  };
  await runUntilCutOff({ api, planId, random, ledger, round, name, acknowledged });
  await platform.exited;
}

/** Runs `read` for each item, a few at a time. */
async function eachOf<Item>(items: readonly Item[], read: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.pop(); item !== undefined; item = rest.pop()) await read(item);
  };
  await Promise.all(Array.from({ length: READERS }, work));
}

async function allOf<Item>(path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: List<Item> = await vendor.api.must(200, 'GET', `${path}?limit=100${more}`);
    items.push(...page.data);
    cursor = page.nextCursor;
  }
  return items;
}

const tell = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

beforeAll(async () => {
  [folder, journal] = await Promise.all([openDataFolder(), openWebhookJournal()]);
  const api = await start();
  planId = (await vendor.plan({ durationDays: 365, limits: { apiCalls: 1_000_000 } })).id;
  await api.must(201, 'POST', '/v1/webhook-endpoints', { url: `${journal.url}/hook`, eventTypes: ['license.*'] });
  await platform.kill9();
}, 120_000);
afterAll(async () => {
  await folder.remove();
  await journal.close();
}, 60_000);

// in order: what the kills have left is looked at by the tests behind them
describe('a platform that is killed again and again', () => {
  it('starts again by itself, each time', async () => {
    for (let round = 0; round < KILLS_DURING_WRITES; round += 1) await writeAndKill(`w${random.seed}-${round}`);
    expect(ledger.calls.every(({ killedAt }) => killedAt > 0)).toBe(true);
  }, 300_000);

  it('starts again after being killed in the middle of a start', async () => {
    for (let round = 0; round < KILLS_DURING_STARTS; round += 1) {
      const [stage, isReached] = random.pick(STAGES);
      platform = folder.spawn();
      await waitFor(() => isReached(platform), { describe: `the stage: ${stage}`, intervalMs: 1, timeoutMs: 30_000 });
      kill(random.next() < 0.5);
      await platform.exited;
    }
    await start();
  }, 120_000);

  it('has lost no license, no command and no key that it has acknowledged, and has none twice', async () => {
    const licenses = await allOf<LicenseBody>('/v1/licenses');
    const references = licenses.map(({ customer }) => customer?.reference).filter((one) => one !== undefined);
    expect(references.length).toBe(new Set(references).size);
    const byId = new Map(licenses.map((license) => [license.id, license]));
    const lost: string[] = [];
    await eachOf(ledger.licenses, async ({ id, reference, commands }) => {
      if (byId.get(id)?.customer?.reference !== reference) lost.push(id);
      const { data } = await vendor.api.must<List<LicenseEventBody>>(200, 'GET', `/v1/licenses/${id}/events?limit=100`);
      const told = new Map(data.map(({ version, type }) => [version, type]));
      for (const { type, version } of commands) if (told.get(version) !== type) lost.push(`${id} ${version} ${type}`);
    });
    const apiKeys = new Set((await allOf<{ id: string }>('/v1/api-keys')).map(({ id }) => id));
    lost.push(...ledger.apiKeyIds.filter((id) => !apiKeys.has(id)));
    const kills = KILLS_DURING_WRITES + KILLS_DURING_STARTS;
    tell(`R1: ${kills} kills, ${ledger.acknowledged} acknowledged operations, ${lost.length} lost`);
    expect(ledger.acknowledged).toBeGreaterThan(KILLS_DURING_WRITES * 50);
    expect(lost).toEqual([]);
  }, 120_000);

  it('has told its subscriber of every event at least once, under one id, as it was', async () => {
    const events = new Map<string, { readonly licenseId: string; readonly version: number }>();
    const disorder: string[] = [];
    await eachOf(await allOf<LicenseBody>('/v1/licenses'), async ({ id, version }) => {
      const { data } = await vendor.api.must<List<LicenseEventBody>>(200, 'GET', `/v1/licenses/${id}/events?limit=100`);
      const isDense = data.length === version && data.every((event, at) => event.version === at + 1);
      const isOrdered = data.every(({ occurredAt }, at) => occurredAt >= (data[at - 1]?.occurredAt ?? ''));
      if (!isDense || !isOrdered) disorder.push(id);
      for (const event of data) events.set(event.id, { licenseId: id, version: event.version });
    });
    expect(disorder).toEqual([]);
    const untold = (): string[] => [...events.keys()].filter((id) => !journal.events.has(id));
    await waitFor(() => untold().length === 0, {
      describe: () => `${untold().length} of ${events.size} events to be delivered`,
      timeoutMs: 90_000,
      intervalMs: 100,
    });
    expect(journal.contradictions).toEqual([]);
    for (const [id, { body, times }] of journal.events) {
      const { data } = JSON.parse(body) as { data: { license_id: string; version: number } };
      expect({ id, licenseId: data.license_id, version: data.version }).toEqual({ id, ...events.get(id) });
      expect(times).toBeGreaterThanOrEqual(1);
    }
    const again = [...journal.events.values()].reduce((sum, { times }) => sum + times - 1, 0);
    tell(`${events.size} events delivered, ${again} of them once more`);
  }, 150_000);

  it('has counted no validation twice, and lost none but of the last second before a kill', async () => {
    let [granted, counted] = [0, 0];
    for (const round of ledger.calls) {
      const { least, most } = boundsOf(round, USAGE_LOST_WITHIN_MS);
      const { total } = await vendor.usageOf(round.licenseId, least);
      expect(total).toBeLessThanOrEqual(most);
      granted += round.grantedAt.length;
      counted += total;
    }
    tell(`${granted} validations granted, ${counted} counted`);
    // nothing is added to it by later batches either
    const totals = async (): Promise<number[]> =>
      await Promise.all(
        ledger.calls.map(async ({ licenseId }) => {
          return (await vendor.api.must<UsageBody>(200, 'GET', `/v1/usage?licenseId=${licenseId}`)).total;
        }),
      );
    const settled = await totals();
    const probe = await vendor.issue(planId);
    await vendor.validate(probe.key, 'example.com');
    await vendor.usageOf(probe.id, 1);
    expect(await totals()).toEqual(settled);
  }, 90_000);
});
