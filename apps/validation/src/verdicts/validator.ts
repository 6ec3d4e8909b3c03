import {
  type CanonicalHost,
  canonicalizeHost,
  type CheckReport,
  explain,
  type Facts,
  hostOfOrigin,
  type License,
  type RefusedHost,
  validate,
  type Verdict,
} from '@leasehold/licensing';
import type { Caller } from '@leasehold/runtime';
import type { ApiCalls } from '../balances/api-calls.js';
import type { LateBindings } from '../late-binding/late-bindings.js';
import type { UsageRecorder } from '../usage-ring/usage-recorder.js';
import type { FindLicense, Found } from './find-license.js';
import type { Question } from './read-question.js';
import { type Pen, writeVerdict, type WrittenVerdict } from './write-verdict.js';

/** A question, and all that is known about who asks it and when. */
export interface Asked {
  readonly question: Question;
  readonly caller: Caller;
  /** A browser's `Origin`. */
  readonly origin: string | undefined;
  /** Keyed hash of the client's address. */
  readonly client: string;
  readonly now: number;
}

export interface ValidatorParts {
  readonly find: FindLicense;
  readonly apiCalls: ApiCalls;
  readonly lateBindings: LateBindings;
  readonly recorder: UsageRecorder;
  /** Whether the view of licenses is older than it should be. */
  readonly isStale: () => boolean;
  readonly pen: Pen;
}

/** What `explain` answers, without the HTTP around it. */
export interface Explained {
  readonly verdict: Verdict;
  readonly checks: readonly CheckReport[];
}

/** A validation without HTTP: finds the license, judges, records, writes. Every route goes through here. */
export interface Validator {
  /** Answers at once, but for a license key that is plausible and unknown. */
  answer(asked: Asked): WrittenVerdict | Promise<WrittenVerdict>;
  /** Every check on the same facts; counts and binds nothing. */
  explain(asked: Asked): Promise<Explained>;
}

type Host = CanonicalHost | RefusedHost | undefined;

/** Verdicts that say nothing about a license but that the caller has none. */
const TELLS_NO_LICENSE: ReadonlySet<string> = new Set([
  'malformed',
  'bad_signature',
  'unknown_key',
  'unsupported_alg',
  'wrong_type',
  'not_found',
]);

export function createValidator(parts: ValidatorParts): Validator {
  const { find, apiCalls, lateBindings, recorder, isStale, pen } = parts;

  const factsOf = ({ question, caller, origin, now }: Asked, { reference, entry }: Found, host: Host): Facts => {
    const license = entry?.license;
    return {
      reference,
      license,
      request: {
        domain: host,
        product: question.product,
        features: question.features,
        origin: origin === undefined ? undefined : hostOfOrigin(origin),
        tenantId: caller.tenantId,
      },
      now,
      usage: license === undefined ? [] : apiCalls.withThisCall(license, now),
      seat: 'not_asked',
      firstGrantedDomain: license?.domainPolicy.lateBinding === true ? lateBindings.firstOf(license) : undefined,
      stale: isStale(),
    };
  };

  const judge = (asked: Asked, found: Found): WrittenVerdict => {
    const { question, caller, now } = asked;
    const host = question.domain === undefined ? undefined : canonicalizeHost(question.domain);
    const facts = factsOf(asked, found, host);
    const verdict = validate(facts);
    const entry = TELLS_NO_LICENSE.has(verdict.code) ? undefined : found.entry;
    const written = writeVerdict(
      {
        verdict,
        entry,
        host: host?.ok === true ? host.host : undefined,
        usage: facts.usage,
        nonce: question.nonce ?? pen.salt(),
        now,
        stale: facts.stale === true,
        showsReasons: caller.kind === 'secret',
      },
      pen,
    );
    const domainText = question.domain;
    const { apiKeyId } = caller;
    recorder.record({ entry, code: verdict.code, domainText, host, apiKeyId, client: asked.client, at: now });
    if (verdict.valid && verdict.warnings.includes('binding_pending')) bindLate(facts, verdict.domain, found);
    return written;
  };

  const bindLate = ({ request, now }: Facts, domain: string, { entry }: Found): void => {
    const license: License | undefined = entry?.license;
    const isObserved = request.origin?.ok === true && request.origin.host === domain;
    if (license !== undefined) lateBindings.granted(license, domain, isObserved ? 'observed' : 'declared', now);
  };

  return {
    answer(asked) {
      const found = find(asked.question.licenseKey, asked.now);
      return found instanceof Promise ? found.then((late) => judge(asked, late)) : judge(asked, found);
    },
    async explain(asked) {
      const { domain, licenseKey } = asked.question;
      const found = await find(licenseKey, asked.now);
      const facts = factsOf(asked, found, domain === undefined ? undefined : canonicalizeHost(domain));
      return { verdict: validate(facts), checks: explain(facts) };
    },
  };
}
