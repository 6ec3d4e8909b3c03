import type { TenantBody } from '@leasehold/contracts';
import { timestamp } from '../database/row.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Cause } from '../store/commit.js';
import { type KeepAnswer, rowsOf, withRows } from '../store/keep-answer.js';
import type { WritePath } from '../store/write-path.js';
import { newTenant } from './new-tenant.js';

export interface CreateTenant extends Cause {
  readonly name: string;
}

export type CreatedTenant = TenantBody & { readonly secretKey: string; readonly publishableKey: string };

/** A tenant, its first API keys (shown now and never again) and its license signing key, all or nothing. */
export async function createTenant(
  writePath: WritePath,
  secrets: Secrets,
  command: CreateTenant,
  keep: KeepAnswer<CreatedTenant>,
): Promise<CreatedTenant> {
  const { name, now } = command;
  const { id, secretKey, publishableKey, changes } = await newTenant(writePath, secrets, name, now);
  const created = { id, name, createdAt: timestamp(now), secretKey, publishableKey };
  await writePath.commit(command, withRows(changes, rowsOf([await keep(created)])));
  return created;
}
