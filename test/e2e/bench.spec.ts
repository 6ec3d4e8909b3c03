import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const ROOT = resolve(import.meta.dirname, '../..');

it('the benchmarks run on the built services, check what they are answered, and print a figure each', async () => {
  const args = ['--import', './test/bench/typescript.mjs', 'test/bench/main.ts', '--quick', 'p1', 'p5', 'p6'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  const lines = stdout.trimEnd().split('\n').slice(-3);
  expect(lines).toEqual([
    expect.stringMatching(
      /^P1 [\d.]+ \([\d.]+-[\d.]+\) by rate, .*of bare node:http, .* receipts verified, .* told to the log; bar /,
    ),
    expect.stringMatching(/^P5 [\d.]+ \([\d.]+-[\d.]+\) × sequential single-row commits; .* all stored; bar /),
    expect.stringMatching(
      /^P6 [\d.]+ \([\d.]+-[\d.]+\) by rate, .*of bare node:http; .* answered and stored, .* tokens verified; bar /,
    ),
  ]);
}, 120_000);
