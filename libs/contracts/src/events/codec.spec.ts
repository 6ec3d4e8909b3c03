import { describe, expect, it } from '@jest/globals';
import { HTTP } from 'cloudevents';
import { z } from 'zod';
import { EVENT_CATALOG, EVENTS } from './catalog.js';
import { decodeEvent, encodeEvent, encodeLicenseEvent, isEvent } from './codec.js';
import { aLicenseState } from './license-state.fixture.js';
import { LICENSE_EVENTS, licenseEventName } from './license-events.js';

const envelope = {
  id: '01933f5c-7a2e-7c3b-9d4e-5f60718293a4',
  source: '/leasehold/issuance',
  subject: 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s',
  time: Date.parse('2026-03-01T09:30:00.123Z'),
  tenant: 'ten_01jd3mzk4qf8x2v6n0c7r5t9wb',
  sequence: 3,
  partitionKey: 'lic_7d3mzk4qf8x2v6n0c7r5t9wb4e1s',
};
const suspended = {
  change: { at: envelope.time, reason: 'billing' },
  license: aLicenseState({ suspensions: ['billing'], version: 3 }),
  actor: { type: 'api_key', id: 'key_1' },
} as const;

const encoded = (): { key: string; headers: Record<string, string>; value: Uint8Array } => ({
  key: envelope.subject,
  ...encodeEvent(LICENSE_EVENTS.LicenseSuspended, envelope, suspended),
});

describe('an event on the log', () => {
  it('comes back as it was written, times included', () => {
    const decoded = decodeEvent(encoded());
    expect(decoded).toEqual({
      event: { ...envelope, type: 'leasehold.license.suspended.v1', key: envelope.subject, data: suspended },
    });
  });

  it('has RFC 3339 times on the wire', () => {
    const wire = JSON.parse(new TextDecoder().decode(encoded().value)) as { change: unknown };
    expect(wire.change).toEqual({ at: '2026-03-01T09:30:00.123Z', reason: 'billing' });
  });

  it('is a CloudEvent for an independent reader', () => {
    const { headers, value } = encoded();
    // the binary mode of HTTP has the same attributes under another prefix
    const http = Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name.startsWith('ce_') ? `ce-${name.slice(3)}` : name, text]),
    );
    const read = HTTP.toEvent({ headers: http, body: new TextDecoder().decode(value) });
    expect(read).toMatchObject({
      id: envelope.id,
      type: 'leasehold.license.suspended.v1',
      source: envelope.source,
      subject: envelope.subject,
      time: '2026-03-01T09:30:00.123Z',
      tenant: envelope.tenant,
      partitionkey: envelope.partitionKey,
      datacontenttype: 'application/json',
      data: { change: { reason: 'billing' }, license: { version: 3 } },
    });
  });

  it('ignores members of a later writer, so that additions break no reader', () => {
    const { headers, value, key } = encoded();
    const later = { ...(JSON.parse(new TextDecoder().decode(value)) as object), added: true };
    const decoded = decodeEvent({ key, headers, value: new TextEncoder().encode(JSON.stringify(later)) });
    expect(decoded).toHaveProperty('event.data.change.reason', 'billing');
  });

  it('is narrowed by its definition', () => {
    const decoded = decodeEvent(encoded());
    if ('unreadable' in decoded) throw new Error(decoded.unreadable);
    expect(isEvent(decoded.event, LICENSE_EVENTS.LicenseSuspended)).toBe(true);
    expect(isEvent(decoded.event, EVENTS.tenant)).toBe(false);
  });

  it('of a license gives the very records of its fact and of its state', () => {
    const { fact, state } = encodeLicenseEvent(LICENSE_EVENTS.LicenseSuspended, envelope, suspended);
    expect(fact).toEqual(encodeEvent(LICENSE_EVENTS.LicenseSuspended, envelope, suspended));
    expect(state).toEqual(encodeEvent(EVENTS.licenseState, envelope, suspended.license));
  });

  it('refuses to write what its schema does not allow', () => {
    const wrong = { ...suspended, license: { ...suspended.license, version: 1.5 } };
    expect(() => encodeEvent(LICENSE_EVENTS.LicenseSuspended, envelope, wrong)).toThrow(z.core.$ZodError);
  });
});

describe('a record that cannot be read is answered with the reason', () => {
  const without = (name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(encoded().headers).filter(([header]) => header !== name));
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);

  it.each([
    ['no envelope', { headers: {} }, 'ce_specversion is not 1.0'],
    ['another version of CloudEvents', { headers: { ...encoded().headers, ce_specversion: '0.3' } }, 'ce_specversion'],
    ['no id', { headers: without('ce_id') }, 'header ce_id is missing'],
    ['no type', { headers: without('ce_type') }, 'header ce_type is missing'],
    ['a time that is none', { headers: { ...encoded().headers, ce_time: 'soon' } }, 'ce_time is not a time'],
    ['a sequence that is none', { headers: { ...encoded().headers, ce_sequence: 'x' } }, 'ce_sequence'],
    ['another content type', { headers: { ...encoded().headers, 'content-type': 'text/plain' } }, 'text/plain'],
    ['an unknown type', { headers: { ...encoded().headers, ce_type: 'leasehold.license.sold.v1' } }, 'unknown event'],
    [
      'an unknown version',
      { headers: { ...encoded().headers, ce_type: 'leasehold.license.issued.v9' } },
      'unknown event',
    ],
    ['bad JSON', { value: text('{"change":') }, 'the value is not JSON'],
    ['bad UTF-8', { value: new Uint8Array([0xff, 0xfe]) }, 'the value is not JSON'],
    ['data of another shape', { value: text('{"change":{}}') }, 'leasehold.license.suspended.v1'],
    ['data that is no object', { value: text('null') }, 'leasehold.license.suspended.v1'],
  ])('%s', (_what, part, reason) => {
    const decoded = decodeEvent({ ...encoded(), ...part });
    expect(decoded).toHaveProperty('unreadable', expect.stringContaining(reason));
  });

  it('a tombstone is no mistake: its data is gone', () => {
    const decoded = decodeEvent({ ...encoded(), value: null });
    expect(decoded).toHaveProperty('event.data', undefined);
    expect(decoded).toHaveProperty('event.key', envelope.subject);
  });
});

describe('the catalog', () => {
  it('has each type once, named after product, thing and version', () => {
    const types = [...EVENT_CATALOG.keys()];
    expect(types).toHaveLength(Object.keys(EVENTS).length + Object.keys(LICENSE_EVENTS).length);
    for (const type of types) expect(type).toMatch(/^leasehold(\.[a-z_]+){1,2}\.v\d+$/);
  });

  it('names every license event both ways', () => {
    for (const [name, definition] of Object.entries(LICENSE_EVENTS))
      expect(licenseEventName(definition.type)).toBe(name);
    expect(licenseEventName('leasehold.account.plan.v1')).toBeUndefined();
  });

  it('has a JSON Schema for every event', () => {
    for (const definition of EVENT_CATALOG.values()) {
      const schema = z.toJSONSchema(definition.schema, { io: 'input', target: 'draft-2020-12' });
      expect(schema).toMatchObject({ type: 'object', $schema: 'https://json-schema.org/draft/2020-12/schema' });
    }
  });
});
