import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EVENT_CATALOG, type EventDefinition } from './catalog.js';
import { decodeEvent, encodeEvent } from './codec.js';
import { EVENT_EXAMPLES, TOPIC_OF_PREFIX, type EventExample } from './event-examples.fixture.js';

/** Records that were written once and are read for ever. A changed line here is a log that cannot be read any more. */
interface GoldenEvent {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

const golden = new Map(
  Object.entries(
    JSON.parse(readFileSync(new URL('golden-events.json', import.meta.url), 'utf8')) as Record<string, GoldenEvent>,
  ),
);

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const of = (type: string): { definition: EventDefinition; record: GoldenEvent; example: EventExample } => {
  const [definition, record, example] = [EVENT_CATALOG.get(type), golden.get(type), EVENT_EXAMPLES.get(type)];
  if (!definition || !record || !example) throw new Error(`${type} has no golden record, example or definition`);
  return { definition, record, example };
};

const types = [...EVENT_CATALOG.keys()].sort();

it('there is a golden record and an example of every event type, and of no other', () => {
  expect([...golden.keys()].sort()).toEqual(types);
  expect([...EVENT_EXAMPLES.keys()].sort()).toEqual(types);
});

describe.each(types)('%s', (type) => {
  it('is read from the golden record as what was written', () => {
    const { record, example } = of(type);
    expect(decodeEvent({ ...record, value: bytesOf(record.value) })).toEqual({
      event: { ...example.envelope, type, key: example.key, data: example.data },
    });
  });

  it('is written as the golden record, to the byte', () => {
    const { definition, record, example } = of(type);
    const written = encodeEvent(definition, example.envelope, example.data);
    expect(written.headers).toEqual(record.headers);
    expect(textOf(written.value)).toBe(JSON.stringify(record.value));
  });

  it('goes to the topic of its kind', () => {
    expect(of(type).definition.topic).toBe(TOPIC_OF_PREFIX.find(([prefix]) => type.startsWith(prefix))?.[1]);
  });
});

/** Every way to leave one member out of a JSON value, with the path to it. */
const withoutEachMember = (value: unknown): readonly (readonly [path: string, rest: unknown])[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const here = Array.isArray(value) ? [] : [[name, omit(value, name)] as [string, unknown]];
    const deeper = withoutEachMember(member).map(([path, rest]): [string, unknown] => [
      `${name}/${path}`,
      Array.isArray(value) ? value.with(Number(name), rest) : { ...value, [name]: rest },
    ]);
    return [...here, ...deeper];
  });
};
const omit = (value: object, name: string): object =>
  Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));

/** Members whose absence means something: the rest must be there, or the record is set aside instead of misread. */
const OPTIONAL: Readonly<Record<string, RegExp>> = {
  'leasehold.validations.batch.v1':
    /^items\/\d+\/(license|tenant|product|domain|boundDomain|environment|apiKey|client)$/,
  'leasehold.usage.balance.v1': /^acked\/[^/]+$/,
  'leasehold.anomaly.found.v1': /^evidence\//,
  'leasehold.anomaly.settled.v1': /^evidence\//,
  'leasehold.account.plan.v1': /^limits\/[^/]+$/,
};
const OF_A_MAP = /(^|\/)(limits|enforcement)\/[^/]+$/;

it.each(types)('%s is refused without any one of the members that readers count on', (type) => {
  const { record } = of(type);
  const read = withoutEachMember(record.value).filter(
    ([, rest]) => !('unreadable' in decodeEvent({ ...record, value: bytesOf(rest) })),
  );
  const unexpected = read.map(([path]) => path).filter((path) => !OPTIONAL[type]?.test(path) && !OF_A_MAP.test(path));
  expect(unexpected).toEqual([]);
});

it('each event of a license that says when something is or ends writes that as text, never as a number', () => {
  const numbers = types
    .filter((type) => !/validations|binding\.requested/.test(type))
    .flatMap((type) => JSON.stringify(of(type).record.value).match(/"[A-Za-z]*(?:At|Until)":\d+/g) ?? []);
  expect(numbers).toEqual([]);
});
