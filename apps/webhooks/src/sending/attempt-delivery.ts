import { type Clock, type RandomSource, VERSION } from '@leasehold/runtime';
import type { EndpointSecrets } from '../secrets/endpoint-secrets.js';
import { signWebhook } from '../wire/sign-webhook.js';
import type { Answer } from './answer.js';
import type { ClaimedDelivery } from './claim-deliveries.js';
import { classifyAnswer, type Verdict } from './classify-answer.js';
import type { FinishedAttempt } from './finish-delivery.js';
import { planRetry } from './plan-retry.js';
import type { WebhookClient } from './post-webhook.js';

export interface AttemptParts {
  readonly client: WebhookClient;
  readonly secrets: EndpointSecrets;
  readonly clock: Clock;
  readonly random: RandomSource;
  /** Milliseconds of a clock that only goes forward, for durations. */
  readonly monotonic: () => number;
}

/** An attempt that counts, or the reason why it does not. */
export type Attempted = { readonly finished: FinishedAttempt } | { readonly ownFault: unknown };

/** Signs and sends a delivery once, and decides what comes next. Writes nothing. */
export async function attemptDelivery(parts: AttemptParts, delivery: ClaimedDelivery): Promise<Attempted> {
  const at = parts.clock.now();
  const began = parts.monotonic();
  const answer = await send(parts, delivery, at);
  const endedAt = parts.clock.now();
  const verdict = classifyAnswer(answer, endedAt);
  if (verdict.kind === 'own_fault') return { ownFault: verdict.cause };
  return {
    finished: {
      delivery,
      at,
      endedAt,
      durationMs: Math.round(parts.monotonic() - began),
      statusCode: ('statusCode' in answer ? answer.statusCode : undefined) ?? null,
      excerpt: answer.kind === 'answered' ? answer.excerpt : null,
      ...consequences(verdict, delivery, endedAt, parts.random),
    },
  };
}

async function send({ client, secrets }: AttemptParts, delivery: ClaimedDelivery, at: number): Promise<Answer> {
  let secret: string;
  try {
    secret = await secrets.open(delivery.secret, delivery);
  } catch (cause) {
    return { kind: 'own_fault', cause };
  }
  const body = Buffer.from(delivery.body, 'utf8');
  const timestamp = Math.floor(at / 1_000);
  return client.post({
    url: delivery.url,
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': `Leasehold-Webhooks/${VERSION}`,
      'webhook-id': delivery.eventId,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(delivery.eventId, timestamp, body, [secret]),
    },
  });
}

type Consequences = Pick<FinishedAttempt, 'error' | 'next' | 'effect'>;

function consequences(
  verdict: Exclude<Verdict, { kind: 'own_fault' }>,
  { eventType, step }: ClaimedDelivery,
  now: number,
  random: RandomSource,
): Consequences {
  if (verdict.kind === 'succeeded') return { error: null, next: { state: 'succeeded' }, effect: 'healthy' };
  const isGone = verdict.kind === 'gone';
  const notBefore = isGone ? undefined : verdict.notBefore;
  const retry = planRetry({ eventType, step, now, notBefore, chance: chanceOf(random) });
  return {
    error: isGone ? 'gone' : verdict.error,
    // of a gone endpoint too: it waits, should somebody enable the endpoint again
    next: retry === undefined ? { state: 'failed' } : { state: 'pending', ...retry },
    effect: isGone ? 'gone' : 'failing',
  };
}

/** A number from 0 to 1. */
const chanceOf = (random: RandomSource): number => {
  const [high = 0, low = 0] = random(2);
  return (high * 256 + low) / 65_535;
};
