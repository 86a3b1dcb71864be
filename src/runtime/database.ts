// Ways into Postgres: a pool for ordinary reads and writes, and connections of their own for lanes.
import { neonConfig, Client as NeonClient, Pool as NeonPool } from '@neondatabase/serverless';
import { Socket } from 'node:net';
import pg from 'pg';
import { WebSocket } from 'ws';

/** One statement; `name` makes it prepared on its connection. */
export type Statement = { name?: string; text: string; values?: unknown[] };
export type Rows = { rows: Array<Record<string, unknown>>; rowCount: number | null; command: string };

/** One connection, used by one lane alone. Statements sent without waiting run in order (pipelined where the driver can). */
export type Connection = {
  query: (statement: Statement | string) => Promise<Rows>;
  end: () => Promise<void>;
};

/** Settings of a session, by Postgres' names. */
export type Settings = Readonly<Record<string, string>>;

/**
 * For statements that pick the rows of a short array out of a big table by its key. They are planned once: planning anew costs
 * more than running them. A plan made while the table was small would read all of it, hence no sequential scans.
 */
export const BY_KEY: Settings = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', jit: 'off' };

export type Database = {
  pool: pg.Pool;
  /** Another pool, for a part that must not wait for the others; who asks for it ends it. Its statements are short. */
  openPool: (max: number, settings?: Settings) => pg.Pool;
  /** A new connection with the timeouts of a lane. `onLost` is called once when it breaks. */
  connect: (onLost: (error: Error) => void) => Promise<Connection>;
  close: () => Promise<void>;
};

/** What bounds a lane's transaction (ms), so that a frozen process cannot hold an actor for long. */
const LANE_TIMEOUTS = { lock_timeout: 2_000, statement_timeout: 10_000, idle_in_transaction_session_timeout: 5_000 };
/** What bounds a wait on our own side, for when the network swallows everything (ms). */
const PATIENCE = { keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: 5_000 };
const QUERY_TIMEOUT_MS = 15_000;
/** The same for pools of claims, leases and queues: while they wait in vain, nothing is worked (ms). */
const SHORT_QUERY_TIMEOUT_MS = 6_000;
/** What bounds a pool's transaction, so that a frozen process cannot hold a book or a phone for long (ms). */
const POOL_TIMEOUTS = { idle_in_transaction_session_timeout: 10_000 };

export type DatabaseOptions = {
  url: string;
  /** `neon` speaks to a Neon host over WebSockets; `wsProxy` (`host:port/path`) replaces Neon's own. */
  driver: 'pg' | 'neon';
  wsProxy?: string | undefined;
  poolMax?: number;
  /** How long a statement of the pool may take (ms); without a bound where it is left out, as migrations need it. */
  queryTimeoutMs?: number;
  /** What all its connections are called in Postgres' own list of them. */
  name?: string;
};

/** Opens nothing yet: connections are made when they are needed. */
export function openDatabase(wish: DatabaseOptions): Database {
  const { url, driver, poolMax = 10, queryTimeoutMs } = wish;
  if (driver === 'neon') return openNeon(wish);
  const named = nameOf(wish);
  const open = (max: number, query_timeout: number | undefined, settings: Settings = {}) =>
    quiet(
      new pg.Pool({
        connectionString: url,
        max,
        ...named,
        ...(query_timeout !== undefined && { query_timeout }),
        ...PATIENCE,
        ...POOL_TIMEOUTS,
        ...optionsOf(settings),
      }),
    );
  const pool = open(poolMax, queryTimeoutMs);
  return {
    pool,
    openPool: (max, settings) => open(max, SHORT_QUERY_TIMEOUT_MS, settings),
    connect(onLost) {
      const socket = new Socket();
      const options = {
        pipeline: true,
        query_timeout: QUERY_TIMEOUT_MS,
        ...named,
        ...PATIENCE,
        ...LANE_TIMEOUTS,
        ...optionsOf(BY_KEY),
      };
      return connected(new pg.Client({ connectionString: url, stream: () => socket, ...options }), onLost, socket);
    },
    close: () => pool.end(),
  };
}

function openNeon(wish: DatabaseOptions): Database {
  const { url, wsProxy, poolMax = 10, queryTimeoutMs } = wish;
  const named = nameOf(wish);
  neonConfig.webSocketConstructor = WebSocket;
  if (wsProxy) {
    neonConfig.wsProxy = () => wsProxy;
    neonConfig.useSecureWebSocket = false;
    neonConfig.pipelineTLS = false;
    neonConfig.pipelineConnect = false;
  }
  const open = (max: number, query_timeout: number | undefined, settings: Settings = {}) => {
    const { search_path: path } = settings; // a pooler refuses what only makes things faster
    const pool: unknown = new NeonPool({
      connectionString: url,
      max,
      ...named,
      ...(query_timeout !== undefined && { query_timeout }),
      ...POOL_TIMEOUTS,
      ...optionsOf(path === undefined ? {} : { search_path: path }),
    });
    if (!isPgPool(pool)) throw new Error('the Neon driver no longer has the interface of pg.Pool');
    return quiet(pool);
  };
  const pool = open(poolMax, queryTimeoutMs);
  return {
    pool,
    openPool: (max, settings) => open(max, SHORT_QUERY_TIMEOUT_MS, settings),
    connect: (onLost) => connected(new NeonClient({ connectionString: url, ...named, ...LANE_TIMEOUTS }), onLost),
    close: () => pool.end(),
  };
}

function nameOf({ name }: DatabaseOptions): { application_name?: string } {
  return name === undefined ? {} : { application_name: name };
}

// An idle connection that broke is replaced by the pool; who uses one hears of it from the next query. The pool does not listen
// to those in use: one that broke in the middle of a transaction would end the process.
function quiet(pool: pg.Pool): pg.Pool {
  const hush = () => undefined;
  return pool.on('error', hush).on('connect', (client) => client.on('error', hush));
}

// Neon's classes are pg's own over WebSockets, declared apart; what we use of them is what is checked.
function isPgPool(pool: unknown): pool is pg.Pool {
  return typeof pool === 'object' && pool !== null && 'query' in pool && 'connect' in pool && 'on' in pool;
}

type AnyClient = {
  connect: () => Promise<unknown>;
  end: () => Promise<void>;
  query: (statement: Statement | string) => Promise<Rows>;
  on: ((event: 'error', listener: (error: Error) => void) => unknown) &
    ((event: 'end', listener: () => void) => unknown);
};

function optionsOf(settings: Settings): { options?: string } {
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  return options.length > 0 ? { options: options.join(' ') } : {};
}

// Statements of one tick leave in one write: each write is a system call here and wakes the server there.
function inOneWrite(socket: Socket | null): () => void {
  let corked = false;
  return () => {
    if (corked || !socket) return;
    corked = true;
    socket.cork();
    process.nextTick(() => {
      corked = false;
      socket.uncork();
    });
  };
}

async function connected(
  client: AnyClient,
  onLost: (error: Error) => void,
  socket: Socket | null = null,
): Promise<Connection> {
  let lost = false;
  const lose = (error: Error) => {
    if (lost) return;
    lost = true;
    onLost(error);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('the connection ended')));
  await client.connect();
  const gather = inOneWrite(socket);
  return {
    query(statement) {
      gather();
      return client.query(statement);
    },
    end: () => client.end(),
  };
}

/** SQLSTATEs after which the same batch may simply run again. Source: PostgreSQL's appendix on error codes. */
const TRANSIENT = new Set(['40001', '40P01', '55P03', '57014', '57P01', '57P02', '57P03', '25P03', '25006']);
/** Classes of the same kind: connection exceptions, and a server without room. */
const TRANSIENT_CLASSES = ['08', '53'];

/** Whether an error came from the way to Postgres, or from its load, and not from what was written. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return /connection|terminated|socket|timeout|closed|not queryable/i.test(error.message);
  return TRANSIENT.has(code) || TRANSIENT_CLASSES.includes(code.slice(0, 2)) || /^E[A-Z_]+$/.test(code); // Node's own are words
}
