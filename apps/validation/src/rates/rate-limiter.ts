import type { Caller } from '@leasehold/runtime';
import { type Cell, type Rate, remainingOf, reserve } from './gcra.js';

/** What a request may do: go on after `holdMs`, or come back after `retryAfterMs`. */
export interface Admission {
  /** 0: at once. */
  readonly holdMs: number;
  /** 0: it is admitted. */
  readonly retryAfterMs: number;
  /** Validations that would be answered at once now. */
  readonly remaining: number;
  /** What the answer says of the rate: names and values in turn. */
  readonly headers: readonly string[];
}

export interface RateLimiterOptions {
  readonly secret: Rate;
  readonly publishable: Rate;
  /** For each license and client address. */
  readonly anonymous: Rate;
  /** Validators that share the load: each enforces its part. */
  readonly replicas: number;
  /** Requests that the process may hold at a time. */
  readonly slots: number;
}

/** Beyond this many callers at a time the limiter forgets them all: it must never be what fills the memory. */
const MOST_CELLS = 500_000;
const SWEEP_MS = 1_000;
/** One caller never has more than this part of the slots. */
const PART_OF_ONE = 0.1;

/** Holds callers that ask more than their rate, and refuses them only where that protects the process. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #cells = new Map<string, Cell & { held: number }>();
  readonly #shares = new WeakMap<Rate, Rate>();
  #held = 0;
  #sweptAt = 0;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
  }

  /** Requests that are held now. */
  get held(): number {
    return this.#held;
  }

  /** Callers that owe time. */
  get cells(): number {
    return this.#cells.size;
  }

  /**
   * Asks for `cost` validations. Without an API key they are counted by license and client.
   * Whoever is admitted with a hold must `release` it when the hold is over.
   */
  admit(caller: Caller, licenseKey: string, client: string, cost: number, now: number): Admission {
    const name = nameOf(caller, licenseKey, client);
    const rate = this.#shareOf(this.#rateOf(caller));
    const cell = this.#cellOf(name, now);
    const former = cell.paidOffAt;
    let wait = reserve(cell, rate, cost, now);
    if (wait > 0) {
      const { slots } = this.#options;
      if (this.#held >= slots || cell.held >= slots * PART_OF_ONE) {
        cell.paidOffAt = former;
        wait = -wait;
      } else {
        cell.held += 1;
        this.#held += 1;
      }
    }
    const remaining = remainingOf(cell, rate, now);
    return {
      holdMs: Math.max(0, wait),
      retryAfterMs: Math.max(0, -wait),
      remaining,
      headers: headersOf(rate, remaining, (cell.paidOffAt - now) / 1_000),
    };
  }

  /** A hold is over, or its client has gone: the place is free, what was reserved stays reserved. */
  release(caller: Caller, licenseKey: string, client: string): void {
    this.#held -= 1;
    const cell = this.#cells.get(nameOf(caller, licenseKey, client));
    if (cell !== undefined && cell.held > 0) cell.held -= 1;
  }

  #rateOf(caller: Caller): Rate {
    if (caller.rate !== undefined) return caller.rate;
    switch (caller.kind) {
      case 'secret':
      case 'operator':
        return this.#options.secret;
      case 'publishable':
        return this.#options.publishable;
      case 'anonymous':
        return this.#options.anonymous;
    }
  }

  #shareOf(rate: Rate): Rate {
    const { replicas } = this.#options;
    if (replicas === 1) return rate;
    let share = this.#shares.get(rate);
    if (share === undefined) {
      share = { perSecond: rate.perSecond / replicas, burst: Math.max(1, Math.floor(rate.burst / replicas)) };
      this.#shares.set(rate, share);
    }
    return share;
  }

  #cellOf(name: string, now: number): Cell & { held: number } {
    if (now - this.#sweptAt >= SWEEP_MS) this.#sweep(now);
    let cell = this.#cells.get(name);
    if (cell === undefined) {
      cell = { paidOffAt: 0, held: 0 };
      this.#cells.set(name, cell);
    }
    return cell;
  }

  /** A cell that owes nothing is as good as a new one. */
  #sweep(now: number): void {
    this.#sweptAt = now;
    for (const [name, cell] of this.#cells) if (cell.paidOffAt <= now && cell.held === 0) this.#cells.delete(name);
    if (this.#cells.size > MOST_CELLS) this.#cells.clear();
  }
}

/** What a key is counted under, whatever its length. */
const LONGEST_NAME = 64;

const nameOf = ({ apiKeyId }: Caller, licenseKey: string, client: string): string =>
  apiKeyId ?? `${client}${licenseKey.length > LONGEST_NAME ? licenseKey.slice(-LONGEST_NAME) : licenseKey}`;

/** draft-ietf-httpapi-ratelimit-headers: quota and window of the policy; what is left, and when it is whole again. */
const headersOf = (rate: Rate, remaining: number, wholeInSeconds: number): readonly string[] => [
  'RateLimit-Policy',
  policyOf(rate),
  'RateLimit',
  `"validation";r=${remaining};t=${Math.max(0, Math.ceil(wholeInSeconds))}`,
];

const policies = new WeakMap<Rate, string>();

const policyOf = (rate: Rate): string => {
  let policy = policies.get(rate);
  if (policy === undefined) {
    policy = `"validation";q=${rate.burst};w=${Math.max(1, Math.ceil(rate.burst / rate.perSecond))}`;
    policies.set(rate, policy);
  }
  return policy;
};
