import { decodeEvent, EVENTS, isEvent, PLATFORM_TENANT, type ServiceKey, TOPICS } from '@leasehold/contracts';
import type { EventLog, Follower, LogRecord } from '@leasehold/messaging';
import type { AccountTable, ServiceContext } from '@leasehold/runtime';
import {
  createReceiptSigner,
  decryptSecret,
  importSigningKey,
  type KeyEncryptionKey,
  type ReceiptSigner,
} from '@leasehold/tokens';

type Logger = ServiceContext<object>['logger'];

/** A receipt key that this process can sign with, and when its turn comes. */
export interface ReceiptKey {
  readonly signer: ReceiptSigner;
  readonly status: ServiceKey['status'];
  readonly createdAt: number;
  readonly activatesAt: number;
}

/** The signer to be used at `now`, and until when that is settled. */
export interface SignerChoice {
  readonly signer: ReceiptSigner | undefined;
  readonly until: number;
}

/**
 * The key whose turn came last. A pending key needs no word from issuance once its time has come: verifiers have had it
 * since it was announced. A retiring key only signs when there is no other.
 *
 * @param isPublished whether our own key set shows the key: nothing is signed that nobody could verify
 */
export function chooseSigner(
  keys: Iterable<ReceiptKey>,
  now: number,
  isPublished: (kid: string) => boolean,
): SignerChoice {
  let best: ReceiptKey | undefined;
  let until = Infinity;
  for (const key of keys) {
    if (key.status === 'retired' || key.status === 'compromised' || !isPublished(key.signer.kid)) continue;
    if (key.activatesAt > now) until = Math.min(until, key.activatesAt);
    else if (best === undefined || ranksAbove(key, best)) best = key;
  }
  return { signer: best?.signer, until };
}

const ranksAbove = (key: ReceiptKey, other: ReceiptKey): boolean => {
  const retiring = Number(key.status === 'retiring') - Number(other.status === 'retiring');
  return retiring === 0 ? key.activatesAt > other.activatesAt : retiring < 0;
};

/** The private receipt keys, as issuance tells them under this service's key-encryption key. */
export class ReceiptKeys {
  readonly #keys = new Map<string, ReceiptKey>();
  readonly #accounts: AccountTable;
  readonly #kek: KeyEncryptionKey;
  readonly #logger: Logger;
  #choice: SignerChoice = { signer: undefined, until: -Infinity };

  constructor(accounts: AccountTable, kek: KeyEncryptionKey, logger: Logger) {
    this.#accounts = accounts;
    this.#kek = kek;
    this.#logger = logger;
    accounts.onChange(({ kind, tenantId }) => {
      if (kind === 'public-key' && tenantId === PLATFORM_TENANT) this.#forgetChoice();
    });
  }

  async follow(log: EventLog): Promise<Follower> {
    return await log.follow([TOPICS.serviceKeys], 'start', async (batch) => {
      for (const record of batch.records) await this.#take(record);
    });
  }

  /** Who signs at `now`; `undefined` while no key is known. */
  signerAt(now: number): ReceiptSigner | undefined {
    if (now >= this.#choice.until) {
      const published = new Set(this.#accounts.publicKeys(PLATFORM_TENANT).map(({ kid }) => kid));
      const choice = chooseSigner(this.#keys.values(), now, (kid) => published.has(kid));
      // without a key it is looked up again each time
      this.#choice = choice.signer === undefined ? { ...choice, until: -Infinity } : choice;
    }
    return this.#choice.signer;
  }

  async #take(record: LogRecord): Promise<void> {
    const decoded = decodeEvent(record);
    if ('unreadable' in decoded || !isEvent(decoded.event, EVENTS.serviceKey)) {
      const reason = 'unreadable' in decoded ? decoded.unreadable : 'another event';
      this.#logger.error({ key: record.key, offset: record.offset, reason }, 'a receipt key could not be read');
      return;
    }
    const { data } = decoded.event;
    if (data === undefined) this.#keys.delete(record.key);
    else if (data.purpose === 'receipt') await this.#keep(data);
    this.#forgetChoice();
  }

  async #keep({ kid, purpose, ciphertext, status, createdAt, activatesAt }: ServiceKey): Promise<void> {
    const times = { status, createdAt, activatesAt: activatesAt ?? createdAt };
    const known = this.#keys.get(kid);
    if (known !== undefined) {
      this.#keys.set(kid, { ...known, ...times });
      return;
    }
    try {
      const text = await decryptSecret(ciphertext, { tenant: PLATFORM_TENANT, kid, purpose }, [this.#kek]);
      this.#keys.set(kid, { signer: createReceiptSigner(importSigningKey(text)), ...times });
    } catch (error) {
      // another key file, or a damaged record: the other keys go on
      this.#logger.error({ kid, err: error }, 'a receipt key could not be decrypted');
    }
  }

  #forgetChoice(): void {
    this.#choice = { signer: undefined, until: -Infinity };
  }
}
