import type { RouteDefinition } from '@leasehold/contracts';
import type { Instant } from '@leasehold/licensing';
import {
  answer,
  type Answered,
  type Caller,
  entityTag,
  type IdempotencyEntry,
  ProblemError,
  tenantOf,
} from '@leasehold/runtime';
import { actorOf } from '../api-keys/caller-identity.js';
import type { Answering, ChangeLicense, Outcome, Refusal } from './change-license.js';

/** What every command on a license takes from its request. */
export const changeOf = (
  caller: Caller,
  licenseId: string,
  expectedVersion: number | undefined,
  now: Instant,
): Omit<ChangeLicense, 'commands' | 'keeping'> => ({
  actor: actorOf(caller),
  now,
  tenantId: tenantOf(caller),
  licenseId,
  expectedVersion,
});

/** The row that keeps the answer of a route, with the entity tag it is going to have. */
export const keepFor =
  <Body>(route: Pick<RouteDefinition, 'answer'>, idempotency: IdempotencyEntry): Answering<Body>['keep'] =>
  (body, version) =>
    idempotency.rowFor(route.answer.status, body, { ETag: entityTag(version) });

/** @throws {ProblemError} the refusal */
export function answerOf<Body>(outcome: Outcome<Body>): Answered<Body> {
  if ('refusal' in outcome) throw problemFor(outcome.refusal);
  return answer(outcome.body, { etag: outcome.version });
}

export const problemFor = ({ code, detail }: Refusal): ProblemError =>
  new ProblemError(code, detail === undefined ? {} : { detail });
