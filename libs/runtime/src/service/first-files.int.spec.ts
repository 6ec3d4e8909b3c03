import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataFolder } from './data-folder.js';
import { type Bootstrap, bootstrapInto, type FirstKeys, firstKeysNotice } from './first-keys.js';
import { readMasterKey } from './key-file.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'leasehold-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const modeOf = (file: string): number => statSync(join(dir, file)).mode & 0o777;
const bytes =
  (value: number) =>
  (size: number): Uint8Array =>
    new Uint8Array(size).fill(value);

describe('the data folder', () => {
  it('is made with its format on first use, and opened again', () => {
    const folder = openDataFolder(join(dir, 'a', 'b'));
    expect(JSON.parse(readFileSync(join(folder, 'format.json'), 'utf8'))).toEqual({ format: 1, postgresMajor: 18 });
    expect(openDataFolder(join(dir, 'a', 'b'))).toBe(folder);
    expect(readdirSync(folder)).toEqual(['format.json']);
  });

  it.each(['', 'null', '[]', '{"format":"1"}', '{"format":1}', 'format 1'])(
    'is refused when its format file says %j',
    (text) => {
      writeFileSync(join(dir, 'format.json'), text);
      expect(() => openDataFolder(dir)).toThrow('is not a file that Leasehold has written.');
    },
  );

  it('is refused with a sentence where no folder can be made', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => openDataFolder(join(dir, 'file', 'data'))).toThrow(/^The data folder .* cannot be used: .*\.$/);
  });
});

describe('the key file', () => {
  it('is made once, for its owner only, and read by every later start', () => {
    const key = readMasterKey(dir, undefined, bytes(7));
    expect([...key]).toEqual([...bytes(7)(32)]);
    expect(modeOf('key')).toBe(0o600);
    expect([...readMasterKey(dir, undefined, bytes(8))]).toEqual([...key]);
    expect(readdirSync(dir)).toEqual(['key']);
  });

  it('is read from where the settings say, and never made there', () => {
    const file = join(dir, 'mounted');
    expect(() => readMasterKey(dir, file, bytes(1))).toThrow(`The key file ${file} cannot be read:`);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, Buffer.from(bytes(9)(32)).toString('base64url'));
    expect([...readMasterKey(dir, file, bytes(1))]).toEqual([...bytes(9)(32)]);
  });

  it.each([
    ['too short', 'c2hvcnQ='],
    ['empty', ''],
    ['hex', 'ab'.repeat(32)],
    ['two keys', `${'A'.repeat(43)}=\n${'A'.repeat(43)}=`],
  ])('is refused when it is %s', (_what, text) => {
    writeFileSync(join(dir, 'key'), text);
    expect(() => readMasterKey(dir, undefined, bytes(1))).toThrow('does not hold 32 bytes in base64.');
  });
});

describe('bootstrap.json', () => {
  const keys: FirstKeys = { tenantId: 'ten_1', secretKey: 'sk', publishableKey: 'pk', operatorKey: 'op' };
  const first: Bootstrap = { run: (remember) => remember(keys).then(() => keys) };
  const later: Bootstrap = { run: () => Promise.resolve(undefined) };
  const read = (): unknown => JSON.parse(readFileSync(join(dir, 'bootstrap.json'), 'utf8'));

  it('gets the first keys and where the API is, for its owner only', async () => {
    expect(await bootstrapInto(dir, 'http://localhost:8080', first)).toEqual(keys);
    expect(read()).toEqual({ ...keys, apiUrl: 'http://localhost:8080' });
    expect(modeOf('bootstrap.json')).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['bootstrap.json']);
  });

  it('is there before issuance takes the keys for delivered', async () => {
    await bootstrapInto(dir, 'http://a', {
      run: async (remember) => {
        await remember(keys);
        expect(read()).toMatchObject(keys);
        return keys;
      },
    });
  });

  it('keeps its keys over later starts, and follows the address', async () => {
    await bootstrapInto(dir, 'http://localhost:8080', first);
    expect(await bootstrapInto(dir, 'http://localhost:9090', later)).toBeUndefined();
    expect(read()).toEqual({ ...keys, apiUrl: 'http://localhost:9090' });
    expect(modeOf('bootstrap.json')).toBe(0o600);
  });

  it('stays away when the operator has taken it away', async () => {
    await bootstrapInto(dir, 'http://localhost:8080', later);
    expect(existsSync(join(dir, 'bootstrap.json'))).toBe(false);
  });

  it('does not keep a start from succeeding when somebody has written into it', async () => {
    writeFileSync(join(dir, 'bootstrap.json'), 'mine');
    await bootstrapInto(dir, 'http://localhost:8080', later);
    expect(readFileSync(join(dir, 'bootstrap.json'), 'utf8')).toBe('mine');
  });

  it('comes with a notice that has every key and a command to begin with', () => {
    const notice = firstKeysNotice(keys, 'http://localhost:8080', dir);
    for (const key of Object.values(keys)) expect(notice).toContain(key);
    expect(notice).toContain("curl http://localhost:8080/v1/products \\\n    -H 'Authorization: Bearer sk'");
  });
});
