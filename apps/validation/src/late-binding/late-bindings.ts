import { type BindingRequest, encodeEvent, EVENTS, TOPICS } from '@leasehold/contracts';
import type { License } from '@leasehold/licensing';
import { type EventLog, type NewRecord, partitionOf } from '@leasehold/messaging';
import type { ServiceContext } from '@leasehold/runtime';

type Logger = ServiceContext<object>['logger'];

const SOURCE = '/leasehold/validation';
/** A request is repeated for a license that is still unbound when it is validated so much later. */
const ASK_AGAIN_MS = 10_000;
const RETRY_MS = 500;
const MOST_WAITING = 10_000;

export interface LateBindingsOptions {
  readonly log: Pick<EventLog, 'publish'>;
  readonly newId: () => string;
  readonly logger: Logger;
}

interface First {
  readonly domain: string;
  askedAt: number;
}

/**
 * Licenses that wait for their first domain: remembers the one that was granted first, and asks issuance to bind it.
 * The asking happens beside the validations; what a crash loses is asked again by the next validation.
 */
export class LateBindings {
  readonly #options: LateBindingsOptions;
  readonly #firsts = new Map<string, First>();
  #waiting: NewRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #publishing: Promise<void> | undefined;
  #closing = false;

  constructor(options: LateBindingsOptions) {
    this.#options = options;
  }

  /** The host that was first granted for a license whose binding is pending. */
  firstOf({ id }: License): string | undefined {
    return this.#firsts.get(id)?.domain;
  }

  granted(license: License, domain: string, assurance: BindingRequest['assurance'], now: number): void {
    const { id, tenantId } = license;
    const first = this.#firsts.get(id);
    if (first !== undefined && now - first.askedAt < ASK_AGAIN_MS) return;
    if (this.#waiting.length >= MOST_WAITING) return;
    if (first === undefined) this.#firsts.set(id, { domain, askedAt: now });
    else first.askedAt = now;
    const request = { license: id, tenant: tenantId, domain: first?.domain ?? domain, assurance, at: now };
    this.#waiting.push(this.#recordOf(request));
    this.#timer ??= setTimeout(this.#publish, 0);
  }

  /** The license has changed: once it is bound, there is nothing to remember. */
  changed({ id, bindings }: License): void {
    if (bindings.some(({ environment }) => environment === 'production')) this.#firsts.delete(id);
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await this.#publishing;
    if (this.#waiting.length > 0) await this.#publishAll();
  }

  readonly #publish = (): void => {
    this.#timer = undefined;
    this.#publishing ??= this.#publishAll().finally(() => {
      this.#publishing = undefined;
      if (this.#waiting.length > 0 && !this.#closing) this.#timer ??= setTimeout(this.#publish, RETRY_MS);
    });
  };

  async #publishAll(): Promise<void> {
    const records = this.#waiting;
    this.#waiting = [];
    try {
      await this.#options.log.publish(records);
    } catch (error) {
      this.#waiting = [...records, ...this.#waiting].slice(0, MOST_WAITING);
      this.#options.logger.warn({ err: error, requests: records.length }, 'bindings could not be asked for yet');
    }
  }

  #recordOf(request: BindingRequest): NewRecord {
    const { license, tenant, at } = request;
    const envelope = { id: this.#options.newId(), source: SOURCE, subject: license, time: at, tenant };
    return {
      topic: TOPICS.bindingRequests.name,
      partition: partitionOf(license, TOPICS.bindingRequests.partitions),
      key: license,
      ...encodeEvent(EVENTS.bindingRequest, envelope, request),
    };
  }
}
