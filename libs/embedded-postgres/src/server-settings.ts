type Settings = Readonly<Record<string, string | number>>;

const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  // paths of sockets are limited to 107 bytes, paths of data folders are not
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '128MB',
  // our queries are short; compiling them costs more than it saves
  jit: 'off',
  // one server without replicas
  wal_level: 'minimal',
  max_wal_senders: 0,
  // a failed statement is reported to its caller; the log stays small enough to need no rotation
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

const VOLATILE: Settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Command-line arguments that set up the server; `extra` wins. */
export function serverSettings(port: number, volatile: boolean, extra: Settings = {}): string[] {
  const settings = { ...SETTINGS, port, ...(volatile ? VOLATILE : {}), ...extra };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
