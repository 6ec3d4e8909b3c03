import { describe, expect, it } from '@jest/globals';
import { createPositions } from './positions.js';

const ID = { topic: 't', partition: 0 };
const OTHER = { topic: 't', partition: 1 };

describe('positions', () => {
  it('begin at 0', () => {
    expect(createPositions().of(ID)).toBe(0);
  });

  it('tell once that a target is passed, when the last partition reaches it', () => {
    const positions = createPositions();
    let told = 0;
    const target = new Map([
      ['t/0', 2],
      ['t/1', 1],
    ]);
    positions.whenPassed(target, () => (told += 1));
    positions.move(ID, 5);
    expect(told).toBe(0);
    positions.move(OTHER, 1);
    positions.move(OTHER, 2);
    expect(told).toBe(1);
    expect(positions.isPassed(target)).toBe(true);
  });

  it('tell at once of a target that is passed already', () => {
    let told = 0;
    createPositions().whenPassed(new Map([['t/0', 0]]), () => (told += 1));
    expect(told).toBe(1);
  });

  it('tell nothing to who gave up', () => {
    const positions = createPositions();
    let told = 0;
    positions.whenPassed(new Map([['t/0', 1]]), () => (told += 1))();
    positions.move(ID, 1);
    expect(told).toBe(0);
  });
});
