import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENT_CATALOG } from './catalog.js';
import { decodeEvent, encodeEvent } from './codec.js';
import { type EventEnvelope, fromHeaders, toHeaders } from './envelope.js';
import { EVENT_EXAMPLES } from './event-examples.fixture.js';

const least: EventEnvelope = {
  id: '01933f5c-7a2e-7c3b-9d4e-5f60718293a4',
  source: '/leasehold/issuance',
  type: 'leasehold.license.issued.v1',
  subject: 'lic_1',
  time: Date.parse('2026-03-01T09:30:00.123Z'),
};
const full: EventEnvelope = {
  ...least,
  tenant: 'ten_1',
  sequence: 3,
  partitionKey: 'lic_1',
  correlationId: 'request-1',
  causationId: 'event-0',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

describe('the headers of an event', () => {
  it('have the names that other readers of the log look for', () => {
    expect(toHeaders(full)).toEqual({
      ce_specversion: '1.0',
      ce_id: '01933f5c-7a2e-7c3b-9d4e-5f60718293a4',
      ce_source: '/leasehold/issuance',
      ce_type: 'leasehold.license.issued.v1',
      ce_subject: 'lic_1',
      ce_time: '2026-03-01T09:30:00.123Z',
      'content-type': 'application/json',
      ce_tenant: 'ten_1',
      ce_sequence: '3',
      ce_partitionkey: 'lic_1',
      ce_correlationid: 'request-1',
      ce_causationid: 'event-0',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  it('are only those that have something to say', () => {
    expect(Object.keys(toHeaders(least))).toEqual([
      'ce_specversion',
      'ce_id',
      'ce_source',
      'ce_type',
      'ce_subject',
      'ce_time',
      'content-type',
    ]);
    expect(fromHeaders(toHeaders(least))).toEqual(least);
  });

  it.each(['ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time'])('are no envelope when %s is empty', (name) => {
    expect(fromHeaders({ ...toHeaders(full), [name]: '' })).toEqual({ unreadable: `header ${name} is missing` });
  });

  it.each(['ce_tenant', 'ce_sequence', 'ce_partitionkey', 'ce_correlationid', 'ce_causationid', 'traceparent'])(
    'are an envelope without %s too, and then do not make one up',
    (name) => {
      const { [name]: _left, ...headers } = toHeaders(full);
      const read = fromHeaders(headers);
      expect(Object.keys(read)).toHaveLength(Object.keys(full).length - 1);
      expect(full).toMatchObject(read);
    },
  );

  it('may say the content type at length, or not at all', () => {
    const { 'content-type': _left, ...without } = toHeaders(full);
    expect(fromHeaders(without)).toEqual(full);
    expect(fromHeaders({ ...without, 'content-type': 'application/json; charset=utf-8' })).toEqual(full);
  });

  it.each(['1.5', 'x', '1e99', 'NaN', '-'])('are no envelope with the sequence %j', (ce_sequence) => {
    expect(fromHeaders({ ...toHeaders(full), ce_sequence })).toEqual({ unreadable: 'ce_sequence is not an integer' });
  });

  it('keep a sequence of 0, which is not none', () => {
    expect(fromHeaders(toHeaders({ ...full, sequence: 0 }))).toEqual({ ...full, sequence: 0 });
  });

  it('ignore headers of others, so that a broker or a tracer may add its own', () => {
    expect(fromHeaders({ ...toHeaders(full), tracestate: 'x=y', ce_added: '1' })).toEqual(full);
  });
});

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });
const envelope = fc.record(
  {
    id: text,
    source: text,
    type: text,
    subject: text,
    time: fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
    tenant: text,
    sequence: fc.maxSafeInteger(),
    partitionKey: text,
    correlationId: text,
    causationId: text,
    traceparent: text,
  },
  { requiredKeys: ['id', 'source', 'type', 'subject', 'time'] },
);

describe('whatever an envelope says', () => {
  it('comes back from its headers', () => {
    fc.assert(
      fc.property(envelope, (said) => {
        expect(fromHeaders(toHeaders(said))).toEqual(said);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('is carried by every event type with its data unchanged', () => {
    fc.assert(
      fc.property(envelope, fc.constantFrom(...EVENT_EXAMPLES), text, (said, [type, { data }], key) => {
        const definition = EVENT_CATALOG.get(type);
        if (!definition) throw new Error(`${type} is not in the catalog`);
        const read = decodeEvent({ key, ...encodeEvent(definition, said, data) });
        expect(read).toEqual({ event: { ...said, type, key, data } });
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

it('bytes that are no record are answered, never thrown', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((json) => new TextEncoder().encode(json)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...EVENT_CATALOG.keys()), bytes, (type, value) => {
      const read = decodeEvent({ key: 'k', headers: toHeaders({ ...full, type }), value });
      expect(read).toHaveProperty('unreadable', expect.any(String));
    }),
    { numRuns: 300, seed: 7 },
  );
});
