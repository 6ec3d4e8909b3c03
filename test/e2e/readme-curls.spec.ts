import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DataFolder, openDataFolder, type PlatformProcess, ROOT } from './platform-process.js';
import type { VerdictBody } from './vendor.js';

const run = promisify(execFile);

/** The fenced block behind the mark. */
const commandsOf = (page: string): string => {
  const block = /<!-- first-license[^>]*-->\s+```sh\n(.*?)```/s.exec(page)?.[1];
  if (block === undefined) throw new Error('README.md has no block that is marked first-license.');
  return block;
};

let folder: DataFolder;
let platform: PlatformProcess;
beforeAll(async () => {
  folder = await openDataFolder();
  platform = await folder.start();
}, 90_000);
afterAll(() => folder.remove(), 60_000);

describe('the first license of README.md', () => {
  it('takes five curls, of which the fourth is granted and the fifth is refused', async () => {
    const commands = commandsOf(readFileSync(join(ROOT, 'README.md'), 'utf8'));
    expect(commands.match(/^# \d /gm)).toHaveLength(5);
    const { stdout, stderr } = await run('bash', ['--norc', '-eu', '-c', commands], {
      env: { PATH: process.env['PATH'], LEASEHOLD_DATA_DIR: folder.path, API: platform.url },
    });
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as VerdictBody);
    expect(answers).toMatchObject([
      { valid: true, code: 'valid', domain: 'www.example.com', plan: 'professional' },
      { valid: false, code: 'domain_mismatch', domain: 'pirated-site.com' },
    ]);
    expect(stderr).toBe('');
  });
});
