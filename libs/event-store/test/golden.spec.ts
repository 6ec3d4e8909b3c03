import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { upcast } from '../src/read/upcast.js';

// An event type that has changed twice, with one golden file for each version ever written.
const upcasters = {
  SeatAdded: [
    (data: unknown) => {
      const { count, ...rest } = data as { count: number };
      return { ...rest, seats: count };
    },
    (data: unknown) => {
      const { seats, ...rest } = data as { seats: number };
      return { ...rest, seats: { added: seats } };
    },
  ],
};

const golden = (version: number): unknown =>
  JSON.parse(readFileSync(new URL(`golden/SeatAdded.v${version}.json`, import.meta.url), 'utf8'));

describe('golden files', () => {
  it.each([1, 2, 3])('of version %i read as the newest version', (schemaVersion) => {
    const stored = { schemaVersion, data: golden(schemaVersion) };
    expect(upcast(upcasters, 'SeatAdded', stored)).toEqual({ schemaVersion: 3, data: golden(3) });
  });
});
