import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contextsOf } from '../../test/contexts.js';
import { aContext, licenseId, T0 } from '../../test/licenses.js';
import { contentOf, identityOf } from './event-hashes.js';
import { judgeEvent, readEvents } from './judge-event.js';

const sent = (changes: Readonly<Record<string, unknown>> = {}) => ({
  specversion: '1.0',
  id: 'one',
  source: '/test',
  type: 'exports',
  subject: licenseId(1),
  time: '2026-03-01T01:00:00+01:00',
  data: { quantity: 3 },
  ...changes,
});
const contexts = contextsOf(aContext());
const judge = (changes: Readonly<Record<string, unknown>> = {}) =>
  judgeEvent(readEvents(sent(changes))[0]?.event, contexts, T0);
const eventOf = (changes: Readonly<Record<string, unknown>> = {}) => {
  const event = readEvents(sent(changes))[0]?.event;
  if (event === undefined) throw new Error('not read');
  return event;
};

describe('a posted event', () => {
  it('counts when it happened', () => {
    expect(judge()).toEqual({
      usage: { licenseId: licenseId(1), meter: 'exports', at: T0, quantity: 3, refused: false },
    });
  });

  it('counts now without a time', () => {
    expect(judge({ time: undefined })).toMatchObject({ usage: { at: T0 } });
  });

  it('may have extensions and attributes that are of no interest here', () => {
    const extras = { datacontenttype: 'application/json', dataschema: 'https://example.com', region: 'eu' };
    expect(judge({ ...extras, data: { quantity: 3, unit: 'files' } })).toHaveProperty('usage');
  });

  it.each([
    [{ type: 'apiCalls', subject: licenseId(9) }, 'reserved_meter'],
    [{ type: 'imports', subject: licenseId(9) }, 'unknown_license'],
    [{ type: 'imports', time: '2020-01-01T00:00:00Z' }, 'unknown_meter'],
    [{ time: '2020-01-01T00:00:00Z' }, 'too_late'],
    [{ time: '2026-03-01T00:05:00.001Z' }, 'in_the_future'],
    [{ data: { quantity: '3' } }, 'invalid_event'],
  ])('with %j is refused by the first thing that is wrong: %s', (changes, code) => {
    expect(judge(changes)).toEqual({ code });
  });

  it('is called in the answer what its sender calls it, as far as that can be read', () => {
    expect(readEvents([sent({ type: '' }), { id: 7 }, null, 'x', { id: 'y'.repeat(999) }]).map(({ id }) => id)).toEqual(
      ['one', '', '', '', 'y'.repeat(200)],
    );
  });

  it('can be anything without a failure', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        for (const { event } of readEvents(anything)) expect(event).toBeUndefined();
      }),
      { seed: 7 },
    );
  });
});

describe('hashes', () => {
  it('of an identity tell source and id apart wherever one ends', () => {
    expect(identityOf(eventOf({ source: '/a', id: 'b/c' }))).not.toBe(identityOf(eventOf({ source: '/a/b', id: 'c' })));
    expect(identityOf(eventOf({ source: 'a","b', id: 'c' }))).not.toBe(
      identityOf(eventOf({ source: 'a', id: 'b","c' })),
    );
    expect(identityOf(eventOf({ type: 'imports' }))).toBe(identityOf(eventOf()));
  });

  it('of a content are the same for the same instant, and differ with what counts', () => {
    const content = contentOf(eventOf());
    expect(contentOf(eventOf({ time: '2026-03-01T00:00:00Z', region: 'eu' }))).toBe(content);
    for (const changes of [
      { type: 'imports' },
      { subject: licenseId(2) },
      { time: undefined },
      { data: { quantity: 4 } },
    ]) {
      expect(contentOf(eventOf(changes))).not.toBe(content);
    }
  });
});
