import { randomBytes } from 'node:crypto';
import { decodeEvent, encodeEvent, EVENTS, isEvent, type LicenseState, TOPICS } from '@leasehold/contracts';
import { type EventLog, type NewRecord, partitionOf } from '@leasehold/messaging';
import { generateLicenseId, hashLicenseKey } from '@leasehold/tokens';
import type { FirstTenant } from '../site/site.js';

export interface FleetLicense {
  readonly id: string;
  readonly domain: string;
}

const PUBLISHED_AT_ONCE = 1_000;

/** Calls a management route, and expects it to answer with the status of a success. */
export async function command<Body>(
  port: number,
  { secretKey }: FirstTenant,
  path: string,
  body: object,
): Promise<Body> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as Body;
}

interface Made {
  readonly id: string;
}

/** A plan whose licenses count their calls, for a product of its own. */
export async function makePlan(port: number, tenant: FirstTenant): Promise<string> {
  const product = await command<Made>(port, tenant, '/v1/products', { name: 'Bench' });
  const plan = await command<Made>(port, tenant, '/v1/plans', {
    productId: product.id,
    name: 'professional',
    features: ['analytics', 'export'],
    limits: { apiCalls: 1_000_000_000, seats: 10 },
    durationDays: 365,
    domains: { max: 3 },
  });
  return plan.id;
}

/** Tells the log of so many licenses, each like the one that issuance has issued, with its own key and domain. */
export async function publishFleet(log: EventLog, template: LicenseState, size: number): Promise<FleetLicense[]> {
  const fleet: FleetLicense[] = [];
  let records: NewRecord[] = [];
  for (let number = 0; number < size; number++) {
    const license = { id: generateLicenseId(randomBytes), domain: `site-${number}.example.com` };
    fleet.push(license);
    records.push(stateRecord(likeThe(template, license)));
    if (records.length === PUBLISHED_AT_ONCE || number === size - 1) {
      await log.publish(records);
      records = [];
    }
  }
  return fleet;
}

const likeThe = (template: LicenseState, { id, domain }: FleetLicense): LicenseState => ({
  ...template,
  id,
  keys: [{ hash: hashLicenseKey(id), sinceVersion: 1, validUntil: null }],
  bindings: template.bindings.map((binding) => ({ ...binding, domain })),
});

function stateRecord(state: LicenseState): NewRecord {
  const envelope = { id: state.id, source: '/leasehold/bench', subject: state.id, time: Date.now(), sequence: 1 };
  return {
    topic: TOPICS.licenseState.name,
    partition: partitionOf(state.id, TOPICS.licenseState.partitions),
    key: state.id,
    ...encodeEvent(EVENTS.licenseState, { ...envelope, tenant: state.tenantId }, state),
  };
}

/** The state of a license as the log tells it. */
export async function stateOf(log: EventLog, licenseId: string): Promise<LicenseState> {
  const found = Promise.withResolvers<LicenseState>();
  const follower = await log.follow([TOPICS.licenseState], 'start', async ({ records }) => {
    for (const record of records) {
      const decoded = decodeEvent(record);
      if (!('event' in decoded) || !isEvent(decoded.event, EVENTS.licenseState)) continue;
      if (decoded.event.data?.id === licenseId) found.resolve(decoded.event.data);
    }
  });
  try {
    return await found.promise;
  } finally {
    await follower.close();
  }
}
