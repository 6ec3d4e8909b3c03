import { describe, expect, it, test } from '@jest/globals';
import { serverSettings } from './server-settings.js';

/** The settings by name, as PostgreSQL takes them: the last of a name holds. */
const read = (args: readonly string[]): Record<string, string> => {
  const settings: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 2) {
    const [option, setting = ''] = [args[at], args[at + 1]];
    expect(option).toBe('-c');
    const equals = setting.indexOf('=');
    settings[setting.slice(0, equals)] = setting.slice(equals + 1);
  }
  return settings;
};

describe('the settings of the server', () => {
  it('keep it on loopback, without socket files, on the port that was given', () => {
    expect(read(serverSettings(5433, false))).toMatchObject({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: '5433',
    });
  });

  it('keep what was committed: nothing that makes it durable is turned off', () => {
    const settings = read(serverSettings(1, false));
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) expect(settings).not.toHaveProperty(name);
  });

  it('give up durability only when volatile, in all three respects', () => {
    expect(read(serverSettings(1, true))).toMatchObject({
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
    });
  });

  it('have room for five services, and send nothing to replicas that there are not', () => {
    expect(read(serverSettings(1, false))).toMatchObject({
      max_connections: '200',
      shared_buffers: '128MB',
      wal_level: 'minimal',
      max_wal_senders: '0',
      jit: 'off',
      log_min_messages: 'log',
      log_checkpoints: 'off',
    });
  });

  test.each([
    ['one of ours', { max_connections: 20 }, 'max_connections', '20'],
    ['one that volatile sets', { fsync: 'on' }, 'fsync', 'on'],
    ['one of its own', { work_mem: '8MB' }, 'work_mem', '8MB'],
    ['one with an equals sign in it', { search_path: 'a=b' }, 'search_path', 'a=b'],
    ['one with a space in it', { log_line_prefix: '%m [%p] ' }, 'log_line_prefix', '%m [%p] '],
    ['the number 0', { autovacuum_naptime: 0 }, 'autovacuum_naptime', '0'],
  ])('leave the last word to the caller: %s', (_what, extra: Record<string, string | number>, name, value) => {
    expect(read(serverSettings(1, true, extra))).toHaveProperty([name], value);
  });

  it('name each setting once, so that none depends on which of two holds', () => {
    const args = serverSettings(1, true, { fsync: 'on', max_connections: 9 });
    expect(args).toHaveLength(2 * Object.keys(read(args)).length);
  });
});
