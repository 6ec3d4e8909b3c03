import { afterAll, beforeAll, expect } from '@jest/globals';
import type { LicenseState } from '@leasehold/contracts';
import type { EventLog } from '@leasehold/messaging';
import type { TestDatabase } from '@leasehold/testing';
import { type KeySet, keySetFromJwks, type LicenseTokenClaims } from '@leasehold/tokens';
import { ask } from './ask.js';
import {
  aLicense,
  createMemoryLog,
  type Keys,
  licenseRecord,
  PUBLIC_URL,
  type StartedValidation,
  startValidation,
  type StartValidation,
  tellAccounts,
} from './running-validation.js';
import { validationDatabase } from './validation-database.js';

/** One service for a suite of tests, over a log in memory that the test speaks for issuance on. */
export class ValidationSuite {
  #database: TestDatabase | undefined;
  #started: StartedValidation | undefined;
  #keys: Keys | undefined;
  readonly log: EventLog = createMemoryLog();

  constructor(options: Pick<StartValidation, 'config' | 'clock'> = {}) {
    beforeAll(async () => {
      this.#database = await validationDatabase();
      this.#keys = await tellAccounts(this.log);
      this.#started = await startValidation({ ...options, databaseUrl: this.#database.url, log: this.log });
    });
    afterAll(async () => {
      await this.#started?.close();
      await this.log.close();
      await this.#database?.drop();
    });
  }

  get keys(): Keys {
    return present(this.#keys);
  }

  get url(): string {
    return present(this.#started).url;
  }

  get service(): StartedValidation['service'] {
    return present(this.#started).service;
  }

  /** Tells of a license. */
  async tell(overrides: Partial<LicenseState> = {}): Promise<LicenseState> {
    const license = aLicense(overrides);
    await this.log.publish([licenseRecord(license)]);
    return license;
  }

  /** The verdict on a question. */
  async codeOf(question: Record<string, unknown>, headers: Record<string, string> = {}): Promise<unknown> {
    const { status, body } = await ask(this.url, question, headers);
    expect(status).toBe(200);
    return body['code'];
  }

  /** The verdict on a new license, asked for `example.com` unless told. */
  async codeFor(
    overrides: Partial<LicenseState>,
    question: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    const license = await this.tell(overrides);
    return this.codeOf({ licenseKey: license.id, domain: 'example.com', ...question }, headers);
  }

  /** The key set that is served. */
  async keySet(): Promise<KeySet> {
    return keySetFromJwks(await (await fetch(`${this.url}/.well-known/jwks.json`)).json());
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }
}

/** What issuance would say in a token of this license. */
export const claimsOf = (license: LicenseState, changes: Partial<LicenseTokenClaims> = {}): LicenseTokenClaims => ({
  iss: `${PUBLIC_URL}/t/${license.tenantId}`,
  aud: license.productId,
  sub: license.id,
  plan: license.plan,
  features: license.features,
  limits: license.limits,
  iat: Math.floor(Date.now() / 1_000) - 60,
  grace: 0,
  ver: license.version,
  jti: 'jti',
  ...changes,
});

/** Asks until the answer is what the log has told meanwhile. */
export async function settled<T>(told: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await told();
    if (isThere(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the suite has not started');
  return value;
}
