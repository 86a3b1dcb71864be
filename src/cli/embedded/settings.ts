// How the embedded server is configured. Nothing of a statement may reach its log: statements hold customers' words.

const COMMON: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log', // not 'error': an error's text quotes the value that it complains about
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
};

/** `kept`: what was committed survives a power cut. `thrownAway`: for tests, several times faster. */
export type Durability = 'kept' | 'thrownAway';

const BY_DURABILITY: Record<Durability, Record<string, string>> = {
  kept: { fsync: 'on', synchronous_commit: 'on' },
  thrownAway: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
};

/** What a new folder begins with. It stands in the server's own configuration, where whoever has a large shop may raise it. */
export const SETTINGS_AT_FIRST: Record<string, string> = { shared_buffers: '256MB' };

/** Command-line arguments for `postgres`. */
export function serverArguments(dataFolder: string, port: number, durability: Durability): string[] {
  const settings = { ...COMMON, ...BY_DURABILITY[durability], port: String(port) };
  return ['-D', dataFolder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
