import { bodyOf, requestBytes } from '../load/http-connection.js';
import type { LicenseBody } from '@leasehold/contracts';
import { compare, comparisonText, lowerRatio, ratioText } from '../compare.js';
import type { Figure } from '../figure.js';
import { openClosedLoop, type Session } from '../load/closed-loop.js';
import { shortNumber, spreadText } from '../statistics.js';
import { type IssuanceStage, openIssuanceStage } from './issuance-stage.js';

const CONNECTIONS = 64;
const BAR = 0.2;
/** One token of so many is verified. */
const SAMPLED = 199;

export const p6: Figure = {
  id: 'P6',
  what: 'licenses issued end to end a second (HTTP, decision, durable append, then its signed token by a second request), one core',
  yardstick: 'requests a second to bare `node:http`',
  bar: `≥ ${BAR}`,
  async measure(effort) {
    const stage = await openIssuanceStage(effort);
    try {
      const tokens = new Map<string, string>();
      const issued = new Set<string>();
      const sessions = Array.from({ length: CONNECTIONS }, () => issueAndFetch(stage, issued, tokens));
      const thing = await openClosedLoop(stage.issuance.port, sessions);
      const order = Array.from({ length: CONNECTIONS }, () => askBare(stage));
      const yardstick = await openClosedLoop(stage.bare.port, order);
      const bare = { run: (ms: number) => yardstick.run(ms), pid: stage.bare.pid };
      const comparison = await compare({ run: (ms) => thing.run(ms), pid: stage.issuance.pid }, bare, effort);
      thing.close();
      const alone = await openClosedLoop(
        stage.issuance.port,
        Array.from({ length: CONNECTIONS }, () => issueOnly(stage, issued)),
      );
      const issuing = await compare({ run: (ms) => alone.run(ms), pid: stage.issuance.pid }, bare, {
        ...effort,
        rounds: Math.ceil(effort.rounds / 2),
      });
      alone.close();
      yardstick.close();
      await stage.verifyTokens(tokens);
      await stage.requireStored([...issued]);
      return {
        figure: ratioText(comparison),
        detail:
          `of bare node:http; ${comparisonText(comparison)}; without fetching the token ${spreadText(issuing.ratio)}, ` +
          `${shortNumber(issuing.thing.perSecond)}/s; ${issued.size.toLocaleString('en-US')} licenses answered and stored, ${tokens.size} tokens verified`,
        meetsBar: lowerRatio(comparison) >= BAR,
      };
    } finally {
      await stage.close();
    }
  },
};

const orderFor = ({ planId }: IssuanceStage): object => ({
  planId,
  domains: ['site.example.com'],
  customer: { reference: 'bench' },
});

function askBare(stage: IssuanceStage): Session {
  const request = requestBytes('POST', '/v1/licenses', { key: stage.secretKey, body: orderFor(stage) });
  return { next: () => request, take: ({ status }) => status === 200 };
}

function issueOnly(stage: IssuanceStage, issued: Set<string>): Session {
  const request = requestBytes('POST', '/v1/licenses', { key: stage.secretKey, body: orderFor(stage) });
  return {
    next: () => request,
    take: (answer) => {
      if (answer.status !== 201) throw new Error(`not issued: ${bodyOf(answer)}`);
      issued.add((JSON.parse(bodyOf(answer)) as LicenseBody).id);
      return true;
    },
  };
}

/** Issues a license, and asks for its token with the next request. */
function issueAndFetch(stage: IssuanceStage, issued: Set<string>, tokens: Map<string, string>): Session {
  const issuing = issueOnly(stage, issued);
  let id: string | undefined;
  let fetched = 0;
  return {
    next: () =>
      id === undefined ? issuing.next() : requestBytes('GET', `/v1/licenses/${id}/token`, { key: stage.secretKey }),
    take: (answer) => {
      if (id === undefined) {
        issuing.take(answer);
        id = (JSON.parse(bodyOf(answer)) as LicenseBody).id;
        return false;
      }
      if (answer.status !== 200) throw new Error(`no token: ${bodyOf(answer)}`);
      if (fetched++ % SAMPLED === 0) tokens.set(id, (JSON.parse(bodyOf(answer)) as { token: string }).token);
      id = undefined;
      return true;
    },
  };
}
