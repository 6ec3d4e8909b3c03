import { randomBytes } from 'node:crypto';
import { EVENTS, decodeEvent, isEvent, type LicenseBody, TOPICS } from '@leasehold/contracts';
import type { EventLog } from '@leasehold/messaging';
import { type KeySet, keySetFromJwks, verifyReceipt } from '@leasehold/tokens';
import type { Effort } from '../figure.js';
import { type Answer, bodyOf, requestBytes } from '../load/http-connection.js';
import type { Session } from '../load/closed-loop.js';
import type { Child } from '../site/child.js';
import { firstTenant, openSite } from '../site/site.js';
import { command, type FleetLicense, makePlan, publishFleet, stateOf } from './license-fleet.js';

interface Question {
  readonly license: FleetLicense;
  readonly nonce: string;
  readonly bytes: Buffer;
}

/** The validation service with its licenses, the bare server, and what both are asked. */
export interface ValidationStage {
  readonly validation: Child;
  readonly bare: Child;
  /** Sessions that validate licenses drawn at random and look at every answer. */
  sessions(count: number): readonly Session[];
  /** The same questions for the bare server. */
  bareSessions(count: number): readonly Session[];
  /** Fails unless all sampled receipts hold and every validation was told to the log once. */
  check(): Promise<string>;
  close(): Promise<void>;
}

const MOST_QUESTIONS = 100_000;
/** One answer of so many has its receipt verified. */
const SAMPLED = 499;
const VALID = Buffer.from('{"valid":true,');

export async function openValidationStage(effort: Effort): Promise<ValidationStage> {
  const site = await openSite(effort);
  try {
    const issuance = await site.startApp('issuance');
    const tenant = await firstTenant(site.dir);
    const planId = await makePlan(issuance.port, tenant);
    // as much as may be: the limiter does its work and holds nobody
    const apiKey = await command<{ readonly key: string }>(issuance.port, tenant, '/v1/api-keys', {
      ...{ name: 'bench', kind: 'secret', scopes: ['licenses:read'] },
      rate: { perSecond: 1_000_000, burst: 1_000_000 },
    });
    const order = { planId, domains: ['site.example.com'], customer: { reference: 'bench' } };
    const issued = await command<LicenseBody>(issuance.port, tenant, '/v1/licenses', order);
    const log = await site.openLog();
    const template = await stateOf(log, issued.id);
    await issuance.stop();
    const fleet = await publishFleet(log, template, effort.licenses);
    const questions = askAbout(fleet, apiKey.key);
    const validation = await site.startApp('validation');
    const bare = await site.startBare();
    const url = `http://127.0.0.1:${validation.port}`;
    const keySet = keySetFromJwks(await (await fetch(`${url}/.well-known/jwks.json`)).json());
    const samples: { readonly question: Question; readonly receipt: string }[] = [];
    let answered = 0;

    const take = (question: Question, answer: Answer): boolean => {
      const { status, bytes, bodyAt } = answer;
      if (status !== 200 || VALID.compare(bytes, bodyAt, bodyAt + VALID.length) !== 0) {
        throw new Error(`not valid: ${bytes.toString()}`);
      }
      if (answered++ % SAMPLED === 0) {
        samples.push({ question, receipt: (JSON.parse(bodyOf(answer)) as { receipt: string }).receipt });
      }
      return true;
    };
    const sessions = (count: number, look: typeof take): readonly Session[] =>
      Array.from({ length: count }, (_none, number) => sessionOf(questions, number * 7_919, look));

    return {
      validation,
      bare,
      sessions: (count) => sessions(count, take),
      bareSessions: (count) => sessions(count, (_question, { status }) => status === 200),
      async check() {
        for (const { question, receipt } of samples) verifySample(question, receipt, keySet, validation.port);
        await countUsage(log, answered);
        return `${samples.length} receipts verified, ${answered.toLocaleString('en-US')} validations answered and told to the log`;
      },
      close: () => site.close(),
    };
  } catch (error) {
    await site.close();
    throw error;
  }
}

function askAbout(fleet: readonly FleetLicense[], key: string): readonly Question[] {
  return Array.from({ length: Math.min(MOST_QUESTIONS, fleet.length * 10) }, () => {
    const license = fleet[Math.floor(Math.random() * fleet.length)];
    if (license === undefined) throw new Error('no licenses');
    const nonce = randomBytes(16).toString('base64url');
    const body = { licenseKey: license.id, domain: license.domain, nonce };
    return { license, nonce, bytes: requestBytes('POST', '/v1/licenses/validate', { key, body }) };
  });
}

function sessionOf(
  questions: readonly Question[],
  start: number,
  take: (question: Question, answer: Answer) => boolean,
): Session {
  let at = start % questions.length;
  const question = (): Question => {
    const found = questions[at];
    if (found === undefined) throw new Error('no questions');
    return found;
  };
  return {
    next: () => {
      at = (at + 1) % questions.length;
      return question().bytes;
    },
    take: (answer) => take(question(), answer),
  };
}

function verifySample({ license, nonce }: Question, receipt: string, keySet: KeySet, port: number): void {
  const verified = verifyReceipt(receipt, keySet, {
    issuer: `http://localhost:${port}`,
    domain: license.domain,
    licenseId: license.id,
    nonce,
    allowLease: true,
    now: Date.now(),
  });
  if (!verified.ok) throw new Error(`a receipt does not hold: ${JSON.stringify(verified)}`);
}

/** The last answers are told within a moment; then the numbers must be the same. */
async function countUsage(log: EventLog, answered: number): Promise<void> {
  let told = 0;
  const complete = Promise.withResolvers<undefined>();
  const limit = setTimeout(() => complete.reject(new Error(`${told} of ${answered} validations told`)), 30_000);
  const follower = await log.follow([TOPICS.validations], 'start', async ({ records }) => {
    for (const record of records) {
      const decoded = decodeEvent(record);
      if (!('event' in decoded) || !isEvent(decoded.event, EVENTS.validationBatch)) continue;
      told += decoded.event.data?.items.length ?? 0;
    }
    if (told >= answered) complete.resolve(undefined);
  });
  try {
    await complete.promise;
    if (told !== answered) throw new Error(`${told} validations told, ${answered} answered`);
  } finally {
    clearTimeout(limit);
    await follower.close();
  }
}
