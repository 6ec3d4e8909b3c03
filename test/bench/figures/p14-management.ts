import { compare, comparisonText, lowerRatio, ratioText } from '../compare.js';
import type { Effort, Figure } from '../figure.js';
import { openClosedLoop, type Session } from '../load/closed-loop.js';
import { bodyOf, requestBytes } from '../load/http-connection.js';
import { shortNumber } from '../statistics.js';
import { type IssuanceStage, openIssuanceStage } from './issuance-stage.js';

const CONNECTIONS = 64;
const BAR = 0.35;

interface Asked {
  readonly name: string;
  readonly request: Buffer;
  readonly status: number;
  /** What a right answer has in it. */
  readonly holds: string;
}

export const p14: Figure = {
  id: 'P14',
  what: 'management requests a second with authentication, validation, database, audit and metrics: a license read, plans listed, a product created, in equal parts',
  yardstick: 'the same requests to bare `node:http`',
  bar: `≥ ${BAR}`,
  async measure(effort) {
    const stage = await openIssuanceStage(effort);
    try {
      const routes = routesOf(stage);
      const mixed = await against(stage, routes, effort);
      const parts: string[] = [];
      for (const route of routes) {
        const part = await against(stage, [route], { ...effort, rounds: Math.ceil(effort.rounds / 3) });
        parts.push(`${route.name} ${shortNumber(part.ratio.median)}`);
      }
      return {
        figure: ratioText(mixed),
        detail: `of bare node:http; ${comparisonText(mixed)}; ${parts.join(', ')}`,
        meetsBar: lowerRatio(mixed) >= BAR,
      };
    } finally {
      await stage.close();
    }
  },
};

function routesOf({ secretKey: key, licenseId, planId }: IssuanceStage): readonly Asked[] {
  const get = (path: string): Buffer => requestBytes('GET', path, { key });
  return [
    { name: 'license', request: get(`/v1/licenses/${licenseId}`), status: 200, holds: licenseId },
    { name: 'plans', request: get('/v1/plans'), status: 200, holds: planId },
    {
      name: 'new product',
      request: requestBytes('POST', '/v1/products', { key, body: { name: 'Editor' } }),
      status: 201,
      holds: 'prod_',
    },
  ];
}

async function against(
  { issuance, bare }: IssuanceStage,
  routes: readonly Asked[],
  effort: Effort,
): ReturnType<typeof compare> {
  const sessions = (isOurs: boolean): readonly Session[] =>
    Array.from({ length: CONNECTIONS }, (_none, number) => taking(routes, number, isOurs));
  const thing = await openClosedLoop(issuance.port, sessions(true));
  const yardstick = await openClosedLoop(bare.port, sessions(false));
  try {
    return await compare(
      { run: (ms) => thing.run(ms), pid: issuance.pid },
      { run: (ms) => yardstick.run(ms), pid: bare.pid },
      effort,
    );
  } finally {
    thing.close();
    yardstick.close();
  }
}

/** One route after the other. */
function taking(routes: readonly Asked[], start: number, isOurs: boolean): Session {
  let at = start;
  const asked = (): Asked => {
    const found = routes[at % routes.length];
    if (found === undefined) throw new Error('no routes');
    return found;
  };
  return {
    next: () => {
      at++;
      return asked().request;
    },
    take: (answer) => {
      const { name, status, holds } = asked();
      const isRight = isOurs ? answer.status === status && answer.bytes.includes(holds) : answer.status === 200;
      if (!isRight) throw new Error(`${name}: ${answer.status} ${bodyOf(answer)}`);
      return true;
    },
  };
}
