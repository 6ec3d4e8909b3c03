import {
  type ApiKeyAccount,
  EVENTS,
  type IncomingEvent,
  type PublicKeyAccount,
  SCOPES,
  TOPICS,
  type TenantAccount,
  decodeEvent,
  isEvent,
} from '@leasehold/contracts';
import type { EventLog, Follower, RecordBatch } from '@leasehold/messaging';
import type { Logger } from 'pino';
import type { Caller } from '../http/caller.js';
import type { Clock } from '../service/service-definition.js';

/** One entry of the table, by what it is. */
type Account =
  | { readonly kind: 'tenant'; readonly state: TenantAccount }
  | { readonly kind: 'api-key'; readonly state: ApiKeyAccount }
  | { readonly kind: 'public-key'; readonly state: PublicKeyAccount };

/** What changed: the table already holds the new state. */
export interface AccountChange {
  readonly kind: Account['kind'];
  readonly id: string;
  readonly tenantId: string;
}

/**
 * Tenants, API keys and public keys of the whole platform in memory, as the accounts topic tells them. Its products and
 * plans are passed over: the state of a license has what is asked of them.
 */
export class AccountTable {
  /** Resolves once everything that was in the topic at the start has been read; rejects when that cannot be, or is given up. */
  readonly ready: Promise<void>;
  readonly #start = Promise.withResolvers<undefined>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #byRecord = new Map<string, Account>();
  readonly #callers = new Map<string, Caller>();
  readonly #tenants = new Map<string, TenantAccount>();
  readonly #publicKeys = new Map<string, Map<string, PublicKeyAccount>>();
  readonly #listeners = new Set<(change: AccountChange) => void>();
  #follower: Follower | undefined;

  constructor(clock: Clock, logger: Logger) {
    this.ready = this.#start.promise;
    this.ready.catch(() => undefined); // a table may be closed before anybody waits for it
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Begins to follow the topic, which must exist. */
  async follow(log: EventLog): Promise<void> {
    this.#follower = await log.follow([TOPICS.accounts], 'start', (batch) => this.#apply(batch));
    this.#follower.caughtUp.then(() => this.#start.resolve(undefined), this.#start.reject);
  }

  /** Follows no longer; what is known stays. */
  async close(): Promise<void> {
    await this.#follower?.close();
  }

  /** The holder of the API key with this SHA-256 (hex), if it is known now. */
  callerOf(keyHash: string): Caller | undefined {
    return this.#callers.get(keyHash);
  }

  /**
   * As `callerOf`; an unknown key may have been made a moment ago and be on its way here, so it is waited for until it
   * comes, for at most `timeoutMs`. (The end of the log says nothing yet: what issuance has acknowledged is brought there
   * after that.)
   */
  waitFor(keyHash: string, timeoutMs: number): Promise<Caller | undefined> {
    const known = this.callerOf(keyHash);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const end = (caller: Caller | undefined): void => {
        clearTimeout(timer);
        stopListening();
        resolve(caller);
      };
      const timer = setTimeout(() => end(undefined), timeoutMs);
      const stopListening = this.onChange(({ kind }) => {
        const caller = kind === 'api-key' ? this.callerOf(keyHash) : undefined;
        if (caller !== undefined) end(caller);
      });
    });
  }

  tenants(): readonly TenantAccount[] {
    return [...this.#tenants.values()];
  }

  /** Public keys of a tenant, or of the platform: `publicKeys('platform')`. Whatever their status. */
  publicKeys(tenantId: string): readonly PublicKeyAccount[] {
    return [...(this.#publicKeys.get(tenantId)?.values() ?? [])];
  }

  /** Milliseconds since the table last knew itself to be up to date; `Infinity` before it follows. */
  ageMs(): number {
    return this.#follower === undefined ? Infinity : Math.max(0, this.#clock.now() - this.#follower.lastProgressAt());
  }

  /** Calls back after each change; answers the function that ends it. */
  onChange(listener: (change: AccountChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #apply(batch: RecordBatch): Promise<void> {
    for (const record of batch.records) {
      const decoded = decodeEvent(record);
      if ('unreadable' in decoded) {
        // one bad record must not keep every later key from being known
        this.#logger.error(
          { key: record.key, offset: record.offset, reason: decoded.unreadable },
          'account not readable',
        );
        continue;
      }
      const account = accountOf(decoded.event);
      const former = this.#byRecord.get(record.key);
      if (former !== undefined) this.#forget(record.key, former);
      if (account !== undefined) this.#remember(record.key, account);
      this.#tell(account ?? former);
    }
    return Promise.resolve();
  }

  #remember(recordKey: string, account: Account): void {
    this.#byRecord.set(recordKey, account);
    switch (account.kind) {
      case 'tenant':
        this.#tenants.set(account.state.id, account.state);
        break;
      case 'api-key':
        this.#callers.set(account.state.hash, callerFrom(account.state));
        break;
      case 'public-key': {
        const keys = this.#publicKeys.get(account.state.tenantId) ?? new Map<string, PublicKeyAccount>();
        this.#publicKeys.set(account.state.tenantId, keys.set(account.state.kid, account.state));
        break;
      }
    }
  }

  #forget(recordKey: string, account: Account): void {
    this.#byRecord.delete(recordKey);
    switch (account.kind) {
      case 'tenant':
        this.#tenants.delete(account.state.id);
        break;
      case 'api-key':
        this.#callers.delete(account.state.hash);
        break;
      case 'public-key':
        this.#publicKeys.get(account.state.tenantId)?.delete(account.state.kid);
        break;
    }
  }

  #tell(account: Account | undefined): void {
    if (account === undefined) return;
    const change = changeOf(account);
    for (const listener of this.#listeners) listener(change);
  }
}

/** `undefined` for a tombstone, and for kinds that nobody asks this table for. */
function accountOf(event: IncomingEvent): Account | undefined {
  if (event.data === undefined) return undefined;
  if (isEvent(event, EVENTS.tenant) && event.data) return { kind: 'tenant', state: event.data };
  if (isEvent(event, EVENTS.apiKey) && event.data) return { kind: 'api-key', state: event.data };
  if (isEvent(event, EVENTS.publicKey) && event.data) return { kind: 'public-key', state: event.data };
  return undefined;
}

function changeOf({ kind, state }: Account): AccountChange {
  if (kind === 'tenant') return { kind, id: state.id, tenantId: state.id };
  return { kind, id: kind === 'public-key' ? state.kid : state.id, tenantId: state.tenantId };
}

function callerFrom({ id, tenantId, kind, scopes, rate }: ApiKeyAccount): Caller {
  return {
    kind,
    apiKeyId: id,
    scopes: SCOPES.filter((scope) => scopes.includes(scope)),
    ...(kind === 'operator' ? {} : { tenantId }),
    ...(rate === null ? {} : { rate }),
  };
}
