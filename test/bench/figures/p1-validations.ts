import { compare, comparisonText, lowerRatio, ratioText } from '../compare.js';
import type { Figure } from '../figure.js';
import { openClosedLoop } from '../load/closed-loop.js';
import { openValidationStage } from './validation-stage.js';

const CONNECTIONS = 64;
const BAR = 0.7;

export const p1: Figure = {
  id: 'P1',
  what: 'signed, nonce-bound, metered validations a second: the validation service alone on one core, 64 connections',
  yardstick: 'requests a second to bare `node:http`',
  bar: `≥ ${BAR}`,
  async measure(effort) {
    const stage = await openValidationStage(effort);
    try {
      const thing = await openClosedLoop(stage.validation.port, stage.sessions(CONNECTIONS));
      const yardstick = await openClosedLoop(stage.bare.port, stage.bareSessions(CONNECTIONS));
      const comparison = await compare(
        { run: (ms) => thing.run(ms), pid: stage.validation.pid },
        { run: (ms) => yardstick.run(ms), pid: stage.bare.pid },
        effort,
      );
      thing.close();
      yardstick.close();
      const checked = await stage.check();
      return {
        figure: ratioText(comparison),
        detail: `of bare node:http, ${effort.licenses.toLocaleString('en-US')} licenses; ${comparisonText(comparison)}; ${checked}`,
        meetsBar: lowerRatio(comparison) >= BAR,
      };
    } finally {
      await stage.close();
    }
  },
};
