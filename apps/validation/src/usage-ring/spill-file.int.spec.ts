import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@leasehold/testing';
import { SpillFile } from './spill-file.js';

let dir: string;
let path: string;
let file: SpillFile;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'leasehold-spill-'));
  path = join(dir, 'usage-1.ndjson');
  file = new SpillFile(path);
});
afterEach(async () => {
  await file.close();
  rmSync(dir, { recursive: true });
});

/** Reads to the end, advancing. */
const drain = async (): Promise<string[]> => {
  const lines: string[] = [];
  while (!file.isEmpty) {
    const read = await file.read();
    lines.push(...read.lines);
    file.advance(read.end);
  }
  return lines;
};

describe('a spill file', () => {
  it('does not exist before there is something to keep, nor after', async () => {
    expect(file.isEmpty).toBe(true);
    expect(existsSync(path)).toBe(false);
    await file.append('a\n');
    await drain();
    await file.close();
    expect(existsSync(path)).toBe(false);
  });

  it('has what was appended in the operating system when the append resolves, for its owner only', async () => {
    await file.append('a\nb\n');
    expect(readFileSync(path, 'utf8')).toBe('a\nb\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(file.bytes).toBe(4);
  });

  it('gives lines in their order, of appends that overlap too', async () => {
    const appends = Array.from({ length: 50 }, (_, at) => file.append(`line-${at}\n`));
    await Promise.all(appends);
    expect(await drain()).toEqual(appends.map((_, at) => `line-${at}`));
  });

  it('gives the same lines again until they are said to be published', async () => {
    await file.append('a\nb\n');
    const read = await file.read();
    expect(await file.read()).toEqual(read);
    file.advance(read.end);
    await file.append('c\n');
    expect(await drain()).toEqual(['c']);
  });

  it('is not empty while an append is under way', async () => {
    const appending = file.append('a\n');
    expect(file.isEmpty).toBe(false);
    await appending;
    expect(file.isEmpty).toBe(false);
  });

  it('is cut to nothing once all is published, and begins anew', async () => {
    await file.append('a\n');
    await drain();
    await waitFor(() => statSync(path).size === 0);
    await file.append('b\n');
    expect(readFileSync(path, 'utf8')).toBe('b\n');
    expect(await drain()).toEqual(['b']);
  });

  it('reads lines that are longer than one read', async () => {
    const long = 'x'.repeat(2_500_000);
    await file.append(`${long}\nshort\n`);
    expect(await drain()).toEqual([long, 'short']);
  });

  it('reads more than fits into one read, in whole lines', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `${at}-${'é'.repeat(400)}`);
    await file.append(`${lines.join('\n')}\n`);
    const first = await file.read();
    expect(first.lines.length).toBeLessThan(3_000);
    expect(await drain()).toEqual(lines);
  });

  it('of a killed process is taken over without its last, torn line', async () => {
    writeFileSync(path, 'a\nb\n');
    appendFileSync(path, '{"torn":');
    expect(await file.adopt()).toBe(true);
    expect(await drain()).toEqual(['a', 'b']);
  });

  it('is taken over by nobody while it is open, by whatever path, and by one heir at a time', async () => {
    await file.append('a\n');
    const link = join(dir, 'link');
    symlinkSync(dir, link);
    const heirs = [path, join(link, 'usage-1.ndjson')].map((name) => new SpillFile(name));
    const adopt = (): Promise<boolean[]> => Promise.all(heirs.map((heir) => heir.adopt()));
    expect(await adopt()).toEqual([false, false]);
    await Promise.all(heirs.map((heir) => heir.close()));
    expect(readFileSync(path, 'utf8')).toBe('a\n');
    await file.close();
    expect((await adopt()).sort()).toEqual([false, true]);
    await Promise.all(heirs.map((heir) => heir.close()));
    expect(await file.adopt()).toBe(true);
    expect(await drain()).toEqual(['a']);
  });

  it('stays when it is closed with something in it', async () => {
    await file.append('a\n');
    await file.close();
    expect(readFileSync(path, 'utf8')).toBe('a\n');
  });

  it('says when it cannot be written, and can be tried again', async () => {
    const elsewhere = new SpillFile(join(dir, 'missing', 'usage.ndjson'));
    await expect(elsewhere.append('a\n')).rejects.toThrow('ENOENT');
    await expect(elsewhere.append('a\n')).rejects.toThrow('ENOENT');
    expect(elsewhere.isEmpty).toBe(true);
    await elsewhere.close();
  });
});
