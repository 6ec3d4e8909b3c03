import { hash } from 'node:crypto';
import { ERRORS, type ErrorCode, type ErrorDefinition } from '@leasehold/contracts';
import { decryptSecret, encryptSecret, type KeyEncryptionKey } from '@leasehold/tokens';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock, RandomSource } from '../service/service-definition.js';
import { canonicalJson } from './canonical-json.js';
import type { Caller } from './caller.js';
import type { IdempotencyEntry, IdempotencyRow, StoredAnswer } from './idempotency-entry.js';
import { ProblemError } from './problem-error.js';

const HOUR_MS = 3_600_000;
const KEPT_MS = 24 * HOUR_MS;
const IN_FLIGHT_MS = 60_000;
const PURGE_EVERY = 64;
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

export interface IdempotencyOptions {
  readonly pool: Pick<Pool, 'query'>;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Of the service; answers can hold new API keys. */
  readonly keyEncryptionKey: KeyEncryptionKey;
  readonly logger: Pick<Logger, 'error'>;
}

/** A request with an `Idempotency-Key`, as far as it matters whether it is the same as another. */
export interface KeyedRequest {
  readonly caller: Caller;
  readonly key: string;
  /** Method and URL. */
  readonly target: string;
  /** The JSON of the body; the order of members does not matter. */
  readonly body: unknown;
}

export type Reservation =
  | { readonly kind: 'reserved'; readonly entry: IdempotencyEntry }
  | { readonly kind: 'replay'; readonly answer: StoredAnswer };

interface Held {
  readonly id: string;
  readonly tenant: string;
  readonly claim: string;
}

/**
 * Gives the first answer again to a request that is repeated with its `Idempotency-Key`, for 24 h.
 *
 * A key belongs to one API key. The answers of handlers are kept, refusals too, but those that the registry of codes
 * calls retryable (5xx, 412, 429). What never got to a handler (401, 403, 415, 422 by the schemas) leaves the key unused.
 */
export class Idempotency {
  readonly #options: IdempotencyOptions;
  #reservations = 0;

  constructor(options: IdempotencyOptions) {
    this.#options = options;
  }

  /**
   * Takes the key for this request, or finds the answer given before.
   *
   * @throws {ProblemError} `idempotency_key_reused` (422) for another request, `idempotency_in_flight` (409) while the first
   *   is being handled, for at most 60 s, `invalid_header` (400) for a key that is not 1 to 255 printable ASCII characters
   */
  async reserve(request: KeyedRequest): Promise<Reservation> {
    if (!KEY.test(request.key)) {
      throw new ProblemError('invalid_header', {
        detail: 'Idempotency-Key must be 1 to 255 printable ASCII characters.',
      });
    }
    const holder = request.caller.apiKeyId ?? request.caller.kind;
    const held: Held = {
      id: hash('sha256', `${holder}\0${request.key}`, 'base64url'),
      tenant: request.caller.tenantId ?? 'platform',
      claim: Buffer.from(this.#options.random(16)).toString('base64url'),
    };
    const fingerprint = hash('sha256', `${request.target}\0${canonicalJson(request.body)}`, 'base64url');
    // the row can go away between the two statements, so once more
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (await this.#claim(held, fingerprint)) {
        this.#reservations += 1;
        if (this.#reservations % PURGE_EVERY === 0) this.#purgeInBackground();
        return { kind: 'reserved', entry: this.#entry(held) };
      }
      const answer = await this.#find(held, fingerprint);
      if (answer !== undefined) return { kind: 'replay', answer };
    }
    throw inFlight(IN_FLIGHT_MS);
  }

  /** Deletes rows older than 24 h, at most `limit`; answers how many. Runs by itself every 64 reservations. */
  async purge(limit = 4 * PURGE_EVERY): Promise<number> {
    const result = await this.#options.pool.query(
      `delete from idempotency where id in
         (select id from idempotency where claimed_at <= $1 order by claimed_at limit $2 for update skip locked)`,
      [new Date(this.#options.clock.now() - KEPT_MS), limit],
    );
    return result.rowCount ?? 0;
  }

  async #claim(held: Held, fingerprint: string): Promise<boolean> {
    const now = this.#options.clock.now();
    const result = await this.#options.pool.query(
      `insert into idempotency as held (id, claim, fingerprint, claimed_at) values ($1, $2, $3, $4)
       on conflict (id) do update
         set claim = excluded.claim, fingerprint = excluded.fingerprint, claimed_at = excluded.claimed_at, answer = null
         where held.claimed_at <= $5 or (held.answer is null and held.claimed_at <= $6)`,
      [held.id, held.claim, fingerprint, new Date(now), new Date(now - KEPT_MS), new Date(now - IN_FLIGHT_MS)],
    );
    return result.rowCount === 1;
  }

  async #find(held: Held, fingerprint: string): Promise<StoredAnswer | undefined> {
    const { rows } = await this.#options.pool.query<{ fingerprint: string; claimed_at: Date; answer: string | null }>(
      'select fingerprint, claimed_at, answer from idempotency where id = $1',
      [held.id],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    if (row.fingerprint !== fingerprint) throw new ProblemError('idempotency_key_reused');
    if (row.answer === null) throw inFlight(row.claimed_at.getTime() + IN_FLIGHT_MS - this.#options.clock.now());
    const text = await decryptSecret(row.answer, contextOf(held), [this.#options.keyEncryptionKey]);
    return JSON.parse(text) as StoredAnswer;
  }

  #entry(held: Held): IdempotencyEntry {
    let isHandedOut = false;
    return {
      rowFor: async (status, body, headers = {}): Promise<IdempotencyRow> => {
        isHandedOut = true;
        const answer = await this.#encrypt(held, {
          status,
          headers: { ...(body === undefined ? {} : JSON_TYPE), ...lowerCased(headers) },
          body: body === undefined ? '' : JSON.stringify(body),
        });
        return { table: 'idempotency', op: 'update', row: { id: held.id, claim: held.claim, answer } };
      },
      settle: async (answer) => {
        try {
          if (mayGoOtherwise(answer)) await this.#free(held);
          else if (!isHandedOut || answer.status >= 400) await this.#keep(held, answer);
        } catch (error) {
          // the answer is right all the same; a repetition waits until the key is free again
          this.#options.logger.error({ err: error }, 'an answer could not be kept for its Idempotency-Key');
        }
      },
    };
  }

  async #keep(held: Held, answer: StoredAnswer): Promise<void> {
    await this.#options.pool.query(
      'update idempotency set answer = $3 where id = $1 and claim = $2 and answer is null',
      [held.id, held.claim, await this.#encrypt(held, answer)],
    );
  }

  async #free(held: Held): Promise<void> {
    // a transaction whose outcome is unknown may have finished the row: then it stays
    await this.#options.pool.query('delete from idempotency where id = $1 and claim = $2 and answer is null', [
      held.id,
      held.claim,
    ]);
  }

  #encrypt(held: Held, answer: StoredAnswer): Promise<string> {
    const { keyEncryptionKey, random } = this.#options;
    return encryptSecret(JSON.stringify(answer), contextOf(held), keyEncryptionKey, random);
  }

  #purgeInBackground(): void {
    this.purge().catch((error: unknown) => {
      this.#options.logger.error({ err: error }, 'old idempotency keys could not be deleted');
    });
  }
}

/** Whether the same request may be answered otherwise later, as the registry says of its code. */
export const mayGoOtherwise = ({ status, body }: StoredAnswer): boolean => {
  if (status < 400 || status >= 500) return status >= 500;
  const { code } = JSON.parse(body) as { readonly code: ErrorCode };
  const { retryable }: ErrorDefinition = ERRORS[code];
  return retryable;
};

const contextOf = (held: Held) => ({ tenant: held.tenant, kid: held.id, purpose: 'idempotent-answer' });

const inFlight = (remainingMs: number): ProblemError =>
  new ProblemError('idempotency_in_flight', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(remainingMs / 1000))) },
  });

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
