// Real Postgres in a simulated world: statements reach it one at a time, in the order that the seed decides, and any of them may be
// the last that a process sent. A lock that another holds is waited for by asking again, for nobody else moves meanwhile.
import pg from 'pg';
import type { Connection, Database, Rows, Statement } from '../../src/runtime/database.ts';
import { Connections, inOneWrite, nameOf } from './connections.ts';
import type { Owner, World } from './world.ts';

/** What may happen to a statement besides being answered. */
export type Mishap = 'none' | 'die before' | 'die after' | 'lost before' | 'lost after';

export type PostgresOptions = {
  url: string;
  world: World;
  /** Asked at every statement of a process. */
  mishap: (owner: Owner, label: string) => Mishap;
  /** The process dies, at this very statement. */
  kill: (owner: Owner) => Promise<void>;
  onCommit: (connection: object) => void;
};

/** Postgres counts how its tables grow when it pleases, so that the answer is not the seed's: here no table has grown. */
const UNASKED = new Set(['grown-tables']);
/** What time it is in the database. There the time is the world's. */
const TIME = 'read-clock';
const LOCK_NOT_AVAILABLE = '55P03';
/** How long a statement that met a lock waits before it asks again (ms, simulated). */
const LOCK_RETRY_MS = 7;
const LOCK_RETRIES_MAX = 1_000;

const lost = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '08006' });

export class SimulatedPostgres {
  readonly #free: pg.Client[] = [];
  readonly #held = new Map<Owner, Set<pg.Client>>();
  readonly #connections: Connections;
  #auto: pg.Client | null = null;
  #inTransaction = new Set<pg.Client>();
  #lanes = 0;
  #writes = 0;

  constructor(private readonly options: PostgresOptions) {
    this.#connections = new Connections(options.url);
  }

  /** The database as one process sees it. */
  open(owner: Owner): Database {
    const pool = this.#poolOf(owner);
    return {
      pool,
      openPool: () => this.#poolOf(owner),
      connect: (onLost) => this.#connect(owner, onLost),
      close: () => Promise.resolve(),
    };
  }

  // Where answers take long, locks are held for long.
  get #lockRetryMs(): number {
    return LOCK_RETRY_MS + Math.round(this.options.world.climate.statementMsMax / 8);
  }

  /** How many statements and transactions may have changed something so far. */
  get writes(): number {
    return this.#writes;
  }

  /** A statement of the world's own, at once and unnoticed. */
  async ask<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await (await this.#autoClient()).query<Row>({ name: nameOf(text), text, values })).rows;
  }

  /** What a process had open is rolled back, as the server does when a connection breaks. */
  async bury(owner: Owner): Promise<void> {
    for (const client of this.#held.get(owner) ?? []) await this.#giveBack(owner, client);
    this.#held.delete(owner);
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  #poolOf(owner: Owner): pg.Pool {
    const pool = new pg.Pool({ connectionString: this.options.url, max: 1 });
    const own: Record<string, unknown> = {
      query: (...args: unknown[]) => this.#autocommit(owner, args),
      connect: () => this.#checkOut(owner),
      end: () => Promise.resolve(),
    };
    return new Proxy(pool, { get: (target, key) => own[String(key)] ?? Reflect.get(target, key, target) });
  }

  async #autoClient(): Promise<pg.Client> {
    this.#auto ??= await this.#connections.dial();
    return this.#auto;
  }

  #take(owner: Owner): Promise<pg.Client> {
    return new Promise((resolve, reject) => {
      this.options.world.add(owner, `${owner.name}/connect ${this.#lanes++}`, 'connect', async () => {
        try {
          const client = this.#free.pop() ?? (await this.#connections.dial());
          const held = this.#held.get(owner) ?? new Set();
          this.#held.set(owner, held.add(client));
          resolve(client);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  #giveBack(owner: Owner, client: pg.Client): Promise<void> {
    return this.options.world.standStill(this.#rollBack(owner, client));
  }

  async #rollBack(owner: Owner, client: pg.Client): Promise<void> {
    if (!this.#held.get(owner)?.delete(client)) return;
    if (this.#inTransaction.delete(client)) await client.query('ROLLBACK').catch(() => undefined);
    this.#free.push(client);
  }

  #autocommit(owner: Owner, args: unknown[]): Promise<unknown> {
    const { world } = this.options;
    if (UNASKED.has(labelOf(args))) return Promise.resolve({ rows: [], rowCount: 0, command: 'SELECT' });
    const lane = `${owner.name}/statement ${this.#lanes++}`;
    return new Promise((resolve, reject) => {
      const attempt = (retries: number) => {
        world.add(owner, lane, labelOf(args), async () => {
          const client = await this.#autoClient();
          await this.#execute(
            owner,
            labelOf(args),
            () => this.#forward(client, args),
            resolve,
            (error) => {
              if (!isBlocked(error) || retries >= LOCK_RETRIES_MAX) return reject(error);
              world.after(owner, this.#lockRetryMs, () => attempt(retries + 1));
            },
          );
        });
      };
      attempt(0);
    });
  }

  // Runs one statement, unless its process dies of it or loses its connection.
  async #execute(
    owner: Owner,
    label: string,
    run: () => Promise<unknown>,
    resolve: (rows: unknown) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    const mishap = this.options.mishap(owner, label);
    if (mishap === 'die before') return this.options.kill(owner);
    if (mishap === 'lost before') return reject(lost());
    try {
      const rows = await run();
      if (mishap === 'die after') return this.options.kill(owner);
      if (mishap === 'lost after') return reject(lost());
      this.#answer(owner, () => resolve(rows));
    } catch (error) {
      reject(error);
    }
  }

  // The answer takes its time to come back; what was locked stays locked meanwhile.
  #answer(owner: Owner, come: () => void): void {
    const { world } = this.options;
    const { statementMsMax } = world.climate;
    if (statementMsMax === 0 || !world.faulty) return come();
    world.after(owner, world.chance.below(statementMsMax), come);
  }

  async #forward(client: pg.Client, [statement, values]: readonly unknown[]): Promise<unknown> {
    if (labelOf([statement]) === TIME)
      return { rows: [{ ms: this.options.world.nowMs }], rowCount: 1, command: 'SELECT' };
    const text = textOf([statement]);
    const given: Partial<pg.QueryConfig> = typeof statement === 'string' ? {} : Object(statement);
    const name = given.name ?? nameOf(text);
    const answer = await client.query({ ...given, text, name, ...(Array.isArray(values) ? { values } : {}) });
    if (answer.rowCount && answer.command !== 'SELECT') this.#writes += 1;
    if (answer.command === 'COMMIT') this.#writes += 1;
    return answer;
  }

  /** A client of the pool, for a transaction whose statements are awaited one by one. */
  async #checkOut(owner: Owner): Promise<unknown> {
    const client = await this.#take(owner);
    const lane = `${owner.name}/client ${this.#lanes++}`;
    let broken = false;
    const query = (...args: unknown[]): Promise<unknown> => {
      if (broken) return Promise.reject(lost());
      return new Promise((resolve, reject) => {
        const attempt = (retries: number) => {
          this.options.world.add(owner, lane, labelOf(args), async () => {
            await this.#execute(
              owner,
              labelOf(args),
              () => this.#guarded(client, args),
              resolve,
              (error) => {
                if (isBlocked(error) && retries < LOCK_RETRIES_MAX) {
                  this.options.world.after(owner, this.#lockRetryMs, () => attempt(retries + 1));
                  return;
                }
                broken ||= isLost(error);
                reject(error);
              },
            );
          });
        };
        attempt(0);
      });
    };
    return { query, release: () => void this.#giveBack(owner, client), on: () => undefined };
  }

  // Inside a transaction a lock that is taken must not spoil what came before it.
  async #guarded(client: pg.Client, args: unknown[]): Promise<unknown> {
    const verb = textOf(args).trim().split(/\s/)[0]?.toLowerCase() ?? '';
    const contested = this.#inTransaction.has(client) && this.#inTransaction.size > 1 && !ENDS.has(verb);
    if (contested) await client.query('SAVEPOINT before_lock');
    try {
      const answer = await this.#forward(client, args);
      if (verb === 'begin') this.#inTransaction.add(client);
      if (ENDS.has(verb)) this.#inTransaction.delete(client);
      return answer;
    } catch (error) {
      if (contested && isBlocked(error)) await client.query('ROLLBACK TO SAVEPOINT before_lock');
      throw error;
    }
  }

  /** A lane's connection: what is sent in one go reaches the server in one go, or only its beginning does. */
  async #connect(owner: Owner, onLost: (error: Error) => void): Promise<Connection> {
    const client = await this.#take(owner);
    const lane = `${owner.name}/lane ${this.#lanes++}`;
    let waiting: Sent[] = [];
    let broken = false;
    const lose = async (some: readonly Sent[]) => {
      broken = true;
      await this.#giveBack(owner, client);
      for (const { reject } of some) reject(lost());
      onLost(lost());
    };
    const flush = async () => {
      const sent = waiting;
      waiting = [];
      const mishap = this.options.mishap(owner, labelOf([sent.at(-1)?.statement]));
      const cut = mishap.endsWith('before') ? this.options.world.chance.below(sent.length) : sent.length;
      const outcomes = await this.#flush(connection, client, sent.slice(0, cut));
      if (mishap.startsWith('die')) return this.options.kill(owner);
      if (mishap.startsWith('lost')) return lose(sent);
      this.#answer(owner, () =>
        outcomes.forEach((outcome, n) => {
          if ('error' in outcome) sent[n]?.reject(outcome.error);
          else sent[n]?.resolve(outcome.rows);
        }),
      );
    };
    const connection: Connection = {
      query: (statement) => {
        if (broken) return Promise.reject(lost());
        return new Promise<Rows>((resolve, reject) => {
          waiting.push({ statement, resolve, reject });
          if (waiting.length === 1) this.options.world.add(owner, lane, `flush ${labelOf([statement])}`, flush);
        });
      },
      end: () => this.#giveBack(owner, client),
    };
    return connection;
  }

  async #flush(connection: Connection, client: pg.Client, sent: readonly Sent[]): Promise<Flushed[]> {
    this.#inTransaction.add(client);
    const answers = inOneWrite(client, () => sent.map(({ statement }) => client.query(prepared(statement))));
    const outcomes = await Promise.all(
      answers.map((answer) =>
        answer.then(
          (rows): Flushed => ({ rows }),
          (error: unknown): Flushed => ({ error }),
        ),
      ),
    );
    const last = outcomes.at(-1);
    if (last && 'rows' in last && last.rows.command === 'COMMIT') {
      this.#inTransaction.delete(client);
      this.#writes += 1;
      this.options.onCommit(connection);
    }
    return outcomes;
  }
}

type Sent = { statement: Statement | string; resolve: (rows: Rows) => void; reject: (error: unknown) => void };
type Flushed = { rows: Rows } | { error: unknown };

const ENDS = new Set(['commit', 'rollback']);

// What is sent as bare text begins and ends transactions; all else is prepared.
function prepared(statement: Statement | string): Statement | string {
  return typeof statement === 'string' ? statement : { name: nameOf(statement.text), ...statement };
}

function textOf([statement]: readonly unknown[]): string {
  if (typeof statement === 'string') return statement;
  const { text }: { text?: unknown } = Object(statement);
  return typeof text === 'string' ? text : '';
}

const labels = new Map<string, string>();

function labelOf(args: readonly unknown[]): string {
  const { name }: { name?: unknown } = Object(args[0]);
  if (typeof name === 'string') return name;
  const text = textOf(args);
  const label = labels.get(text) ?? text.replaceAll(/\s+/g, ' ').trim().slice(0, 40);
  labels.set(text, label);
  return label;
}

function isBlocked(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
}

function isLost(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '08006';
}
