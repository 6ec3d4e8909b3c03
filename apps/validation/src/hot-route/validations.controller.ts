import { setTimeout as pause } from 'node:timers/promises';
import { type RouteInput, validationRoutes } from '@leasehold/contracts';
import {
  answer,
  type Answered,
  type Caller,
  CallerOf,
  type Clock,
  CLOCK,
  Input,
  ProblemError,
  Route,
} from '@leasehold/runtime';
import { Controller, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Admission } from '../rates/rate-limiter.js';
import { holdHeaders, recordOf, retryHeaders } from '../rates/rate-headers.js';
import { isUnreadable, type Question, readQuestion } from '../verdicts/read-question.js';
import { type Asked, type Explained } from '../verdicts/validator.js';
import { withReceipt } from '../verdicts/write-verdict.js';
import { ValidationEngine } from '../validation-engine.js';

/** The validation routes that need not be hot, by the same functions. */
@Controller()
export class ValidationsController {
  constructor(
    @Inject(ValidationEngine) private readonly engine: ValidationEngine,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Route(validationRoutes.validateBatch)
  async validateBatch(
    @Input() { body }: RouteInput<typeof validationRoutes.validateBatch>,
    @CallerOf() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<Answered<{ readonly results: readonly unknown[] }>> {
    this.demandReady();
    const questions = body.items.map((item, at) => questionFrom(item, `body/items/${at}`));
    const headers = await this.admit(questions, caller, this.engine.clientOf(request.raw));
    const results = await Promise.all(
      questions.map((question) => this.answer(this.askedBy(question, caller, request))),
    );
    return answer({ results }, { headers });
  }

  @Route(validationRoutes.explainValidation)
  async explain(
    @Input() { body }: RouteInput<typeof validationRoutes.explainValidation>,
    @CallerOf() caller: Caller,
    @Req() request: FastifyRequest,
  ): Promise<{ readonly valid: boolean; readonly code: string; readonly checks: Explained['checks'] }> {
    this.demandReady();
    const question = questionFrom(body, 'body');
    const { verdict, checks } = await this.engine.validator.explain(this.askedBy(question, caller, request));
    return { valid: verdict.valid, code: verdict.code, checks };
  }

  /**
   * A batch of n costs n. Without a key it is counted by license; whatever is admitted waits for the slowest. Answers the
   * headers of the answer: those of the license that has least left.
   */
  private async admit(questions: readonly Question[], caller: Caller, client: string): Promise<Record<string, string>> {
    const { limiter } = this.engine;
    const costs = new Map<string, number>();
    for (const { licenseKey } of questions) {
      const name = caller.apiKeyId === undefined ? licenseKey : '';
      costs.set(name, (costs.get(name) ?? 0) + 1);
    }
    let poorest: Admission | undefined;
    let hold = 0;
    const held: string[] = [];
    try {
      for (const [name, cost] of costs) {
        const admission = limiter.admit(caller, name, client, cost, this.clock.now());
        const { holdMs, retryAfterMs, headers } = admission;
        if (holdMs > 0) held.push(name);
        if (retryAfterMs > 0) {
          throw new ProblemError('rate_limited', { headers: recordOf([...headers, ...retryHeaders(retryAfterMs)]) });
        }
        hold = Math.max(hold, holdMs);
        if (poorest === undefined || admission.remaining < poorest.remaining) poorest = admission;
      }
      if (hold > 0) await pause(hold);
    } finally {
      for (const name of held) limiter.release(caller, name, client);
    }
    return recordOf([...(poorest?.headers ?? []), ...(hold > 0 ? holdHeaders(hold) : [])]);
  }

  private askedBy(question: Question, caller: Caller, { raw, headers }: FastifyRequest): Asked {
    return {
      question,
      caller,
      origin: headers.origin,
      client: this.engine.clientOf(raw),
      now: this.clock.now(),
    };
  }

  private async answer(asked: Asked): Promise<unknown> {
    const { head, payload } = await this.engine.validator.answer(asked);
    const receipt = await new Promise<string>((resolve, reject) => {
      this.engine.desk.add({
        payload,
        jws: asked.question.jws,
        sign: resolve,
        fail: () => reject(new ProblemError('service_unavailable')),
      });
    });
    return JSON.parse(withReceipt(head, receipt));
  }

  private demandReady(): void {
    if (!this.engine.isReady()) throw new ProblemError('service_unavailable', { headers: { 'Retry-After': '1' } });
  }
}

/** @throws {ProblemError} `malformed_request` for a member of the wrong type */
function questionFrom(value: unknown, place: string): Question {
  const read = readQuestion(value);
  if (!isUnreadable(read)) return read;
  const { pointer, message } = read;
  throw new ProblemError('malformed_request', { errors: [{ pointer: place + pointer, message }] });
}
