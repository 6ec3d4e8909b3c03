import { describe, expect, it } from '@jest/globals';
import { arrayElement, encodeCommand } from './encode-command.js';

const event = {
  id: '0190a0a0-0000-7000-8000-000000000001',
  type: 'SeatAdded',
  schemaVersion: 2,
  data: { note: '"ü"\n' },
  occurredAt: new Date('2026-01-01T00:00:00.123Z'),
};
const append = {
  streamId: 'license-"1"',
  expectedVersion: 4,
  tenantId: 'tenant-1',
  events: [event, event],
  metadata: { actor: { type: 'api-key', id: 'k' } },
};

describe('encodeCommand', () => {
  it('gives events the versions behind the expected one', () => {
    const { claims, events } = encodeCommand([append]);
    expect(claims).toEqual([{ streamId: 'license-"1"', expectedVersion: 4, count: 2 }]);
    expect(events).toEqual(
      [5, 6].map((version) => ({
        stream: '"license-\\"1\\""',
        version,
        tenant: '"tenant-1"',
        metadata: JSON.stringify(append.metadata),
        id: `"${event.id}"`,
        type: '"SeatAdded"',
        schemaVersion: 2,
        at: '2026-01-01T00:00:00.123Z',
        data: JSON.stringify(event.data),
      })),
    );
  });

  it('keeps JSON on one line, whatever is in it', () => {
    const data = { text: '\n\r\u2028\u0001', ['\n']: [null] };
    const { events } = encodeCommand([{ ...append, events: [{ ...event, data }] }]);
    expect(events[0]?.data).not.toContain('\n');
    expect(JSON.parse(events[0]?.data ?? '')).toEqual(data);
  });

  it.each([
    ['plain', '"plain"'],
    ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
    ['{,} NULL\n', '"{,} NULL\n"'],
    ['', '""'],
  ])('quotes %j as an element of an array', (text, element) => {
    expect(arrayElement(text)).toBe(element);
  });

  it('keeps rows in their order across streams', () => {
    const write = (id: number) => ({ table: 'license', op: 'upsert', row: { id } }) as const;
    const { rows } = encodeCommand([
      { ...append, rows: [write(1), write(2)] },
      { ...append, rows: [write(3)] },
    ]);
    expect(rows).toEqual([1, 2, 3].map((id) => ({ table: 'license', op: 'upsert', row: `{"id":${id}}` })));
  });

  it('counts about the bytes it will send', () => {
    const big = { ...event, data: 'x'.repeat(10_000) };
    expect(encodeCommand([{ ...append, events: [big] }]).bytes).toBeGreaterThan(10_000);
    expect(encodeCommand([{ ...append, events: [big] }]).bytes).toBeLessThan(11_000);
  });

  it.each([
    ['data without a JSON form', { ...event, data: () => 1 }, TypeError],
    ['a number too large for JSON', { ...event, data: 1n }, TypeError],
    ['no time', { ...event, occurredAt: new Date(Number.NaN) }, RangeError],
  ])('refuses %s', (_, bad, error) => {
    expect(() => encodeCommand([{ ...append, events: [bad] }])).toThrow(error);
  });

  it('refuses a command without a stream', () => {
    expect(() => encodeCommand([])).toThrow(TypeError);
  });
});
