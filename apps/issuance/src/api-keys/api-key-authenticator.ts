import type { Scope } from '@leasehold/contracts';
import type { Authenticator, Caller, Clock } from '@leasehold/runtime';
import { type ApiKeyKind, checkApiKey, hashApiKey } from '@leasehold/tokens';
import type { Pool } from 'pg';
import type { Rate } from './api-key.js';

/**
 * How long a known key is believed without asking again. A key deleted through this process is refused at once, one
 * deleted through another process of issuance within this time.
 */
const BELIEVED_MS = 1_000;
const MOST_BELIEVED = 10_000;

interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly kind: ApiKeyKind;
  readonly scopes: readonly Scope[];
  readonly rate: Rate | null;
}

/** Issuance knows callers by its own table: its management routes do not wait for the log. */
export class ApiKeyAuthenticator implements Authenticator {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly clock: Clock,
  ) {}

  authenticate(apiKey: string): Caller | undefined | Promise<Caller | undefined> {
    if (checkApiKey(apiKey) === undefined) return undefined;
    const hash = hashApiKey(apiKey);
    const now = this.clock.now();
    const known = this.#known.get(hash);
    if (known !== undefined && now < known.until) return known.caller;
    if (this.#known.size >= MOST_BELIEVED) this.#known.clear();
    const asked: Known = {
      caller: this.#find(hash).then((caller) => this.#settle(hash, asked, caller)),
      until: now + BELIEVED_MS,
    };
    this.#known.set(hash, asked);
    return asked.caller;
  }

  /** Refuses the key with this hash from now on. */
  forget(hash: string): void {
    this.#known.delete(hash);
  }

  /** What is not there is not remembered: it may be created the next moment. */
  #settle(hash: string, asked: Known, caller: Caller | undefined): Caller | undefined {
    asked.caller = caller;
    if (caller === undefined && this.#known.get(hash) === asked) this.#known.delete(hash);
    return caller;
  }

  async #find(hash: string): Promise<Caller | undefined> {
    try {
      const { rows } = await this.pool.query<Row>(
        'select id, tenant_id, kind, scopes, rate from api_key where hash = $1',
        [hash],
      );
      const [row] = rows;
      return row === undefined ? undefined : callerOf(row);
    } catch (error) {
      this.#known.delete(hash);
      throw error;
    }
  }
}

interface Known {
  caller: Caller | undefined | Promise<Caller | undefined>;
  readonly until: number;
}

const callerOf = ({ id, tenant_id: tenantId, kind, scopes, rate }: Row): Caller => ({
  kind,
  ...(kind === 'operator' ? {} : { tenantId }),
  apiKeyId: id,
  scopes,
  ...(rate === null ? {} : { rate }),
});
