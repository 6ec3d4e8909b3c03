import { describe, expect, it } from '@jest/globals';
import { DAY_MS, licenseDecider } from '@leasehold/licensing';
import fc from 'fast-check';
import { aPlan, CAUSE, issueCommand, NOW, stateAfter } from '../../test/license-examples.js';
import { deadlineRow, dueCommands, lookedAt, nextLook, SCHEDULER } from './next-look.js';

const END = NOW + 40 * DAY_MS;
const issued = stateAfter(issueCommand({ expiresAt: END }));
const days = (count: number): number => NOW + count * DAY_MS;
const rowAt = (dueAt: number) => ({
  table: 'deadline',
  op: 'upsert',
  row: { license_id: 'lic', due_at: new Date(dueAt).toISOString(), claimed_until: null },
});
const noRow = { table: 'deadline', op: 'delete', row: { license_id: 'lic' } };

describe('nextLook', () => {
  it('is the soonest notice', () => {
    expect(nextLook(issued, NOW)).toBe(days(10));
  });

  it('stays with a notice that is due until it is told', () => {
    expect(nextLook(issued, days(11))).toBe(days(10));
  });

  it('gives up announcing an end that is past, and looks for the end itself', () => {
    expect(nextLook(issued, END)).toBe(END);
  });

  it('is never for a license without an end, and for none', () => {
    expect(nextLook(stateAfter(issueCommand({ plan: aPlan({ durationDays: null }) })), NOW)).toBeUndefined();
    expect(nextLook(licenseDecider.initial, NOW)).toBeUndefined();
  });
});

describe('dueCommands', () => {
  it('asks for nothing early', () => {
    expect(dueCommands(issued, days(10) - 1)).toEqual([]);
  });

  it('asks for what is due, soonest first', () => {
    const at = days(34);
    const about = { expiresAt: END, now: at, actor: SCHEDULER };
    expect(dueCommands(issued, at)).toEqual([
      { type: 'MarkExpiring', days: 30, ...about },
      { type: 'MarkExpiring', days: 7, ...about },
    ]);
  });

  it('asks for the end and that of grace together when both are past', () => {
    expect(dueCommands(issued, days(60)).map(({ type }) => type)).toEqual(['MarkExpired', 'EndGrace']);
  });

  it('leaves nothing due behind, at whatever time somebody looks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 * DAY_MS }), { maxLength: 8 }), (waits) => {
        let state = issued;
        for (const at of waits.map((wait) => NOW + wait).sort((a, b) => a - b)) {
          for (const command of dueCommands(state, at)) {
            const decision = licenseDecider.decide(state, command);
            if ('refusal' in decision || decision.events.length !== 1) return false;
            state = decision.events.reduce(licenseDecider.evolve, state);
          }
          if (dueCommands(state, at).length > 0 || (nextLook(state, at) ?? Infinity) <= at) return false;
        }
        return true;
      }),
    );
  });
});

describe('the row', () => {
  it('is written when the next look moves, and only then', () => {
    const renewed = stateAfter(issueCommand({ expiresAt: END }), {
      type: 'RenewLicense',
      expiresAt: END + DAY_MS,
      ...CAUSE,
    });
    const suspended = stateAfter(issueCommand({ expiresAt: END }), { type: 'SuspendLicense', reason: 'x', ...CAUSE });
    expect(deadlineRow('lic', licenseDecider.initial, issued, NOW)).toEqual([rowAt(days(10))]);
    expect(deadlineRow('lic', issued, renewed, NOW)).toEqual([rowAt(days(11))]);
    expect(deadlineRow('lic', issued, suspended, NOW)).toEqual([]);
  });

  it('goes with the last deadline', () => {
    const revoked = stateAfter(issueCommand({ expiresAt: END }), { type: 'RevokeLicense', note: null, ...CAUSE });
    expect(deadlineRow('lic', issued, revoked, NOW)).toEqual([noRow]);
  });

  it('does not bring up again what the scheduler has looked at', () => {
    expect(lookedAt('lic', issued, NOW)).toEqual(rowAt(days(10)));
    expect(lookedAt('lic', issued, days(10))).toEqual(noRow);
  });
});
