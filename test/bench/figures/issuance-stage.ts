import { type LicenseBody, decodeEvent, EVENTS, isEvent, TOPICS } from '@leasehold/contracts';
import { openDatabase, schemaOf } from '@leasehold/runtime';
import { issuance as issuanceService } from '@leasehold/issuance';
import { type KeySet, keySetOf, loadPublicKey, type VerificationKey, verifyLicenseToken } from '@leasehold/tokens';
import type { EventLog } from '@leasehold/messaging';
import type { Effort } from '../figure.js';
import type { Child } from '../site/child.js';
import { firstTenant, openSite, silent } from '../site/site.js';
import { command, makePlan } from './license-fleet.js';

/** Issuance alone, with a plan, and the bare server. */
export interface IssuanceStage {
  readonly issuance: Child;
  readonly bare: Child;
  readonly secretKey: string;
  readonly planId: string;
  /** A license that is there. */
  readonly licenseId: string;
  /** Fails unless the token of each license holds. */
  verifyTokens(tokens: ReadonlyMap<string, string>): Promise<void>;
  /** Fails unless each license is in the store. */
  requireStored(licenseIds: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openIssuanceStage(effort: Effort): Promise<IssuanceStage> {
  const site = await openSite(effort);
  try {
    const issuance = await site.startApp('issuance');
    const bare = await site.startBare();
    const tenant = await firstTenant(site.dir);
    const planId = await makePlan(issuance.port, tenant);
    const order = { planId, domains: ['site.example.com'], customer: { reference: 'bench' } };
    const { id: licenseId } = await command<LicenseBody>(issuance.port, tenant, '/v1/licenses', order);
    return {
      issuance,
      bare,
      secretKey: tenant.secretKey,
      planId,
      licenseId,
      async verifyTokens(tokens) {
        const keys = await licenseKeys(await site.openLog());
        const issuer = `http://localhost:${issuance.port}/t/${tenant.tenantId}`;
        for (const [id, token] of tokens) {
          const verified = verifyLicenseToken(token, keys, { issuer, now: Date.now() });
          if (!verified.ok || verified.claims.sub !== id) {
            throw new Error(`a token does not hold: ${JSON.stringify(verified)}`);
          }
        }
      },
      async requireStored(ids) {
        const schema = schemaOf('issuance');
        const { pool, close } = await openDatabase({
          ...{ url: site.databaseUrl, schema, role: schema, entities: [], logger: silent },
          migrations: issuanceService.migrations,
        });
        const { rows } = await pool
          .query<{ count: string }>(
            `select count(*) from events where type = 'LicenseIssued' and stream_id = any ($1)`,
            [ids.map((id) => `license-${id}`)],
          )
          .finally(() => close());
        if (Number(rows[0]?.count) !== ids.length)
          throw new Error(`${rows[0]?.count} of ${ids.length} licenses stored`);
      },
      close: () => site.close(),
    };
  } catch (error) {
    await site.close();
    throw error;
  }
}

/** The public keys that the log tells of. */
async function licenseKeys(log: EventLog): Promise<KeySet> {
  const keys = new Map<string, VerificationKey>();
  const follower = await log.follow([TOPICS.accounts], 'start', async ({ records }) => {
    for (const record of records) {
      const decoded = decodeEvent(record);
      if (!('event' in decoded) || !isEvent(decoded.event, EVENTS.publicKey)) continue;
      const { data } = decoded.event;
      if (data?.purpose === 'license') {
        keys.set(data.kid, loadPublicKey(Buffer.from(data.jwk.x, 'base64url'), 'license'));
      }
    }
  });
  await follower.caughtUp;
  await follower.close();
  return keySetOf(keys.values());
}
