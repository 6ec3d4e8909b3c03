import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  accountKey,
  type ApiKeyAccount,
  encodeEvent,
  EVENTS,
  type LicenseState,
  PLATFORM_TENANT,
  type PublicKeyAccount,
  type TenantAccount,
  TOPICS,
  type UsageBalance,
} from '@leasehold/contracts';
import { createMemoryLog, type EventLog, type NewRecord, partitionOf } from '@leasehold/messaging';
import { type BaseConfig, type RunningService, startService } from '@leasehold/runtime';
import { waitFor } from '@leasehold/testing';
import {
  deriveServiceKey,
  encryptSecret,
  exportSigningKey,
  generateApiKey,
  generateLicenseId,
  generateSigningKey,
  hashApiKey,
  hashLicenseKey,
  localKeyEncryptionKey,
  type SigningKey,
} from '@leasehold/tokens';
import { pino } from 'pino';
import { validation } from '../src/app.module.js';
import type { ValidationConfig } from '../src/config.js';

export const MASTER_KEY = new Uint8Array(32).fill(7);
export const TENANT = 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb';
export const OTHER_TENANT = 'ten_01jd3mzk4qf8x2v6n0c7r5t9wc';
export const PRODUCT = 'prod_01jd3mzk4qf8x2v6n0c7r5t9wb';
export const PUBLIC_URL = 'http://licenses.test';

const DAY = 86_400_000;
let ids = 0;
const envelope = (subject: string) => ({ id: `e${++ids}`, source: '/test', subject, time: 0 });

export const licenseRecord = (state: LicenseState): NewRecord => ({
  topic: TOPICS.licenseState.name,
  partition: partitionOf(state.id, TOPICS.licenseState.partitions),
  key: state.id,
  ...encodeEvent(EVENTS.licenseState, { ...envelope(state.id), sequence: state.version }, state),
});

const accountPlace = (tenantId: string, kind: string, id: string) => ({
  topic: TOPICS.accounts.name,
  partition: partitionOf(tenantId, TOPICS.accounts.partitions),
  key: accountKey(tenantId, kind, id),
});

export const tenantRecord = (tenant: TenantAccount): NewRecord => ({
  ...accountPlace(tenant.id, 'tenant', tenant.id),
  ...encodeEvent(EVENTS.tenant, envelope(tenant.id), tenant),
});

export const apiKeyRecord = (key: ApiKeyAccount): NewRecord => ({
  ...accountPlace(key.tenantId, 'api-key', key.id),
  ...encodeEvent(EVENTS.apiKey, envelope(key.id), key),
});

export const publicKeyRecord = (key: PublicKeyAccount): NewRecord => ({
  ...accountPlace(key.tenantId, 'public-key', key.kid),
  ...encodeEvent(EVENTS.publicKey, envelope(key.kid), key),
});

export const balanceRecord = (balance: UsageBalance): NewRecord => ({
  topic: TOPICS.usageBalances.name,
  partition: partitionOf(balance.license, TOPICS.usageBalances.partitions),
  key: `${balance.license}/${balance.meter}`,
  ...encodeEvent(EVENTS.usageBalance, envelope(balance.license), balance),
});

/** How a key stands, for its public and its private record alike. */
export interface KeyStanding {
  readonly status?: PublicKeyAccount['status'];
  readonly activatesAt?: number | null;
  readonly createdAt?: number;
}

export const publicHalf = (
  key: SigningKey,
  tenantId: string,
  { status = 'active', activatesAt = null, createdAt = 0 }: KeyStanding = {},
): PublicKeyAccount => ({
  kid: key.kid,
  tenantId,
  purpose: key.purpose === 'license' ? 'license' : 'receipt',
  jwk: { kty: 'OKP', crv: 'Ed25519', x: key.verificationKey.x },
  status,
  createdAt,
  activatesAt,
  retiresAt: null,
});

/** Both records of a receipt key, the private half first, as issuance tells them. */
export async function receiptKeyRecords(key: SigningKey, standing: KeyStanding = {}): Promise<NewRecord[]> {
  const kek = localKeyEncryptionKey(deriveServiceKey(MASTER_KEY, 'validation'), randomBytes);
  const context = { tenant: PLATFORM_TENANT, kid: key.kid, purpose: 'receipt' };
  const ciphertext = await encryptSecret(exportSigningKey(key), context, kek, randomBytes);
  const { tenantId: _, ...known } = publicHalf(key, PLATFORM_TENANT, standing);
  const service = encodeEvent(EVENTS.serviceKey, envelope(key.kid), { ...known, purpose: 'receipt', ciphertext });
  const partition = partitionOf(key.kid, TOPICS.serviceKeys.partitions);
  return [
    { topic: TOPICS.serviceKeys.name, partition, key: key.kid, ...service },
    publicKeyRecord(publicHalf(key, PLATFORM_TENANT, standing)),
  ];
}

/** A license as issuance would have told it, valid for `example.com` since yesterday for a year. */
export function aLicense(overrides: Partial<LicenseState> = {}): LicenseState {
  const id = overrides.id ?? generateLicenseId(randomBytes);
  const now = Date.now();
  return {
    id,
    tenantId: TENANT,
    productId: PRODUCT,
    planId: 'plan_01jd3mzk4qf8x2v6n0c7r5t9wb',
    plan: 'professional',
    customerReference: 'customer-7',
    trial: false,
    features: ['analytics'],
    limits: { apiCalls: 50_000, seats: 10 },
    enforcement: { apiCalls: 'hard' },
    period: { unit: 'month', timezone: 'UTC' },
    domainPolicy: {
      max: 3,
      kinds: ['exact', 'wildcard', 'subtree'],
      development: true,
      lateBinding: false,
      moveCooldownHours: 24,
      movesPerYear: 12,
    },
    bindings: [
      {
        domain: 'example.com',
        kind: 'exact',
        www: true,
        assurance: 'declared',
        environment: 'production',
        boundAt: now - DAY,
      },
    ],
    releasedSlots: [],
    lastMovedAt: null,
    startsAt: now - DAY,
    expiresAt: now + 365 * DAY,
    graceDays: 7,
    planDurationDays: 365,
    planGraceDays: 7,
    suspensions: [],
    cancelledAt: null,
    revokedAt: null,
    keys: [{ hash: hashLicenseKey(id), sinceVersion: 1, validUntil: null }],
    createdAt: now - DAY,
    updatedAt: now - DAY,
    version: 1,
    ...overrides,
  };
}

export interface Keys {
  readonly secret: string;
  readonly publishable: string;
  readonly otherSecret: string;
  readonly receipt: SigningKey;
  readonly license: SigningKey;
}

/** What a platform has once issuance has told its first tenants and keys. */
export async function tellAccounts(log: EventLog): Promise<Keys> {
  await log.createTopics(Object.values(TOPICS));
  const keys: Keys = {
    secret: generateApiKey('secret', randomBytes),
    publishable: generateApiKey('publishable', randomBytes),
    otherSecret: generateApiKey('secret', randomBytes),
    receipt: generateSigningKey('receipt', randomBytes),
    license: generateSigningKey('license', randomBytes),
  };
  const apiKey = (id: string, kind: 'secret' | 'publishable', tenantId: string, key: string): ApiKeyAccount => ({
    id,
    tenantId,
    kind,
    hash: hashApiKey(key),
    scopes: ['licenses:read'],
    rate: null,
    createdAt: 0,
  });
  await log.publish([
    ...[TENANT, OTHER_TENANT].map((id) => tenantRecord({ id, name: id, createdAt: 0 })),
    apiKeyRecord(apiKey('key_secret', 'secret', TENANT, keys.secret)),
    apiKeyRecord(apiKey('key_publishable', 'publishable', TENANT, keys.publishable)),
    apiKeyRecord(apiKey('key_other', 'secret', OTHER_TENANT, keys.otherSecret)),
    publicKeyRecord(publicHalf(keys.license, TENANT)),
    ...(await receiptKeyRecords(keys.receipt)),
  ]);
  return keys;
}

export interface StartedValidation {
  readonly service: RunningService<ValidationConfig>;
  readonly url: string;
  readonly dataDir: string;
  close(): Promise<void>;
}

export interface StartValidation {
  readonly databaseUrl: string;
  readonly log: EventLog;
  readonly clock?: { readonly now: () => number };
  readonly dataDir?: string;
  readonly config?: Partial<ValidationConfig & BaseConfig>;
}

/** Most tests ask much of one license and are not about rates. */
const UNLIMITED = { anonymousPerSecond: 1_000_000, anonymousBurst: 1_000_000 };

/** The service on a free port, ready. */
export async function startValidation(options: StartValidation): Promise<StartedValidation> {
  const { dataDir = mkdtempSync(join(tmpdir(), 'leasehold-')), config, ...rest } = options;
  const service = await startService(validation, {
    ...rest,
    dataDir,
    masterKey: MASTER_KEY,
    logger: pino({ level: 'silent' }),
    config: { publicUrl: PUBLIC_URL, ...UNLIMITED, ...config },
  });
  const url = await service.listen();
  await waitFor(async () => (await service.readiness()).ready, { describe: 'validation to be ready' });
  const close = async (): Promise<void> => {
    await service.close();
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };
  return { service, url, dataDir, close };
}

export { createMemoryLog };
