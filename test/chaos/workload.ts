import type { LicenseBody } from '@leasehold/contracts';
import type { SeededRandom } from '@leasehold/testing';
import type { ApiAnswer, ApiClient } from '../e2e/api-client.js';
import type { KnownLicense, Ledger, RoundOfCalls } from './ledger.js';

export interface Workload {
  readonly api: ApiClient;
  readonly planId: string;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  readonly round: RoundOfCalls;
  readonly name: string;
  /** Told of every answer. */
  readonly acknowledged: () => void;
}

const WORKERS = 8;

/** Writes of all kinds side by side, until the platform answers no more. */
export async function runUntilCutOff(workload: Workload): Promise<void> {
  let serial = 0;
  const work = async (): Promise<void> => {
    for (;;) {
      const done = await step(workload, `${workload.name}-${serial++}`);
      if (!done) return;
      workload.ledger.acknowledged += 1;
      workload.acknowledged();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
}

/** One operation; false when it was cut off. */
async function step(workload: Workload, name: string): Promise<boolean> {
  const { random, ledger } = workload;
  const free = ledger.licenses.filter(({ isFree }) => isFree).slice(-40);
  const chance = random.next();
  if (chance < 0.02) return await createApiKey(workload, name);
  if (chance < 0.25 || free.length === 0) return await issue(workload, name);
  if (chance < 0.55) return await command(workload, random.pick(free), name);
  return await validate(workload);
}

/** What the platform answered, or nothing when it was cut off. */
async function answerOf<Body>(sending: Promise<ApiAnswer<Body>>, status: number): Promise<Body | undefined> {
  const answer = await sending.catch(() => undefined);
  // the last answers of a platform whose database was killed first
  if (answer === undefined || answer.status >= 500) return undefined;
  if (answer.status !== status) throw new Error(`expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer.body;
}

async function createApiKey({ api, ledger }: Workload, name: string): Promise<boolean> {
  const created = await answerOf(api.post<{ id: string }>('/v1/api-keys', { name, kind: 'publishable' }), 201);
  if (created !== undefined) ledger.apiKeyIds.push(created.id);
  return created !== undefined;
}

async function issue({ api, ledger, planId }: Workload, reference: string): Promise<boolean> {
  const body = { planId, domains: [`${reference}.example`], customer: { reference } };
  const sending = api.post<LicenseBody>('/v1/licenses', body, { 'idempotency-key': reference });
  const issued = await answerOf(sending, 201);
  if (issued === undefined) ledger.cutOff.push({ reference, body });
  else ledger.licenses.push({ id: issued.id, reference, commands: [], isFree: true });
  return issued !== undefined;
}

const COMMANDS: readonly (readonly [type: string, path: string, body: (name: string) => object])[] = [
  ['MetadataChanged', '', (name) => ({ metadata: { name } })],
  ['LicenseSuspended', '/suspend', (name) => ({ reason: `r${name.replaceAll(/[^a-z0-9]/g, '_')}` })],
  ['KeyRotated', '/rotate-key', () => ({})],
  ['LimitsChanged', '', (name) => ({ limits: { seats: Number(name.split('-').at(-1)) + 1 } })],
];

/** One command at a time on a license, so that the version of each answer is known. */
async function command({ api, random }: Workload, license: KnownLicense, name: string): Promise<boolean> {
  const [type, path, body] = random.pick(COMMANDS);
  license.isFree = false;
  const headers = { 'idempotency-key': name };
  const method = path === '' ? 'PATCH' : 'POST';
  const sending = api.send<LicenseBody>(method, `/v1/licenses/${license.id}${path}`, body(name), headers);
  const changed = await answerOf(sending, 200);
  if (changed === undefined) return false;
  license.commands.push({ type, version: changed.version });
  license.isFree = true;
  return true;
}

async function validate({ api, round }: Workload): Promise<boolean> {
  round.asked += 1;
  const question = { licenseKey: round.key, domain: 'example.com' };
  const verdict = await answerOf(api.post<{ valid: boolean; code: string }>('/v1/licenses/validate', question), 200);
  if (verdict === undefined) return false;
  if (!verdict.valid) throw new Error(`a good license was refused: ${verdict.code}`);
  round.grantedAt.push(performance.now());
  return true;
}
