import type { Figure } from '../figure.js';
import { openClosedLoop } from '../load/closed-loop.js';
import { runOpenLoop } from '../load/open-loop.js';
import { median, percentile, shortNumber, spreadOf, spreadText } from '../statistics.js';
import { openValidationStage } from './validation-stage.js';

const CONNECTIONS = 64;
const SHARE = 0.4;
const BAR_RATIO = 1.5;
const BAR_MS = 5;

export const p2: Figure = {
  id: 'P2',
  what: 'p99 of validations at 40 % of the rate that bare `node:http` reaches, arriving by the clock',
  yardstick: 'p99 of bare `node:http` at the same rate',
  bar: `≤ ${BAR_RATIO} × and ≤ ${BAR_MS} ms`,
  async measure(effort) {
    const stage = await openValidationStage(effort);
    try {
      const bareLoop = await openClosedLoop(stage.bare.port, stage.bareSessions(CONNECTIONS));
      const loop = await openClosedLoop(stage.validation.port, stage.sessions(CONNECTIONS));
      await loop.run(effort.warmUpMs);
      await bareLoop.run(effort.warmUpMs);
      const seconds = effort.roundMs / 1_000;
      const most = (await bareLoop.run(effort.roundMs)) / seconds;
      bareLoop.close();
      loop.close();
      const perSecond = Math.round(most * SHARE);
      const questions = { ours: stage.sessions(CONNECTIONS), bare: stage.bareSessions(CONNECTIONS) };
      const arrivals = { perSecond, durationMs: effort.roundMs };
      const p99s: { readonly thing: number; readonly yardstick: number; readonly p50: number }[] = [];
      for (let round = 0; round < effort.rounds; round++) {
        const yardstick = await runOpenLoop({ port: stage.bare.port, sessions: questions.bare, ...arrivals });
        const thing = await runOpenLoop({ port: stage.validation.port, sessions: questions.ours, ...arrivals });
        p99s.push({
          thing: percentile(thing, 0.99),
          yardstick: percentile(yardstick, 0.99),
          p50: percentile(thing, 0.5),
        });
      }
      const ratio = spreadOf(p99s.map(({ thing, yardstick }) => thing / yardstick));
      const p99 = median(p99s.map(({ thing }) => thing));
      const bare = median(p99s.map(({ yardstick }) => yardstick));
      const p50 = median(p99s.map((one) => one.p50));
      return {
        figure: `${spreadText(ratio)} ×, ${shortNumber(p99)} ms`,
        detail:
          `of bare node:http's p99 (${shortNumber(bare)} ms) at ${shortNumber(perSecond)}/s, which is 40 % of its ` +
          `${shortNumber(most)}/s; p50 ${shortNumber(p50)} ms; ${effort.licenses.toLocaleString('en-US')} licenses; ${await stage.check()}`,
        meetsBar: ratio.median <= BAR_RATIO && p99 <= BAR_MS,
      };
    } finally {
      await stage.close();
    }
  },
};
