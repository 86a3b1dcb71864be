// A shop as it is run in production, for things to go wrong on: web and worker processes of their own, whose role owns nothing, a way to
// Postgres that can be cut, something that balances between the web processes, a Claude, and customers who buy.
import { deepEqual, equal } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { freePort } from '../harness/free-port.ts';
import { makeLeastRole } from '../harness/least-role.ts';
import type { LeastRole } from '../harness/least-role.ts';
import { until } from '../harness/until.ts';
import { book } from '../shop/books.ts';
import { brokenRules, stockOf } from '../shop/rules.ts';
import type { Ask, Stock } from '../shop/rules.ts';
import { Crowd, miscounted, paidOrders, PATIENCE_MS, unsettled } from './crowd.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import { startObedientClaude } from './obedient-claude.ts';
import type { ObedientClaude } from './obedient-claude.ts';
import { Program } from './program.ts';
import type { Role } from './program.ts';
import { startWay } from './way.ts';
import type { Way } from './way.ts';

const BOOK = book('The Hobbit');
const COPIES = 100_000;

/** `redisUrl`: where its queues are; in Postgres otherwise. */
export type StageOptions = { databaseUrl: string; redisUrl?: string; webs?: number; workers?: number };

export class Stage {
  readonly webs: Program[] = [];
  readonly workers: Program[] = [];
  readonly crowd: Crowd;
  #came: Stock = new Map();

  private constructor(
    readonly pool: pg.Pool,
    /** From the processes to Postgres. */
    readonly way: Way,
    /** The test's own, which nothing happens to. */
    readonly backWay: Way,
    readonly claude: ObedientClaude,
    private readonly front: Front,
    private readonly env: Readonly<Record<string, string>>,
    private readonly role: LeastRole,
    private readonly folder: string,
  ) {
    this.crowd = new Crowd(front.url, BOOK);
  }

  /** Opens on a database that has the schema. */
  static async open({ databaseUrl, redisUrl, webs = 2, workers = 2 }: StageOptions): Promise<Stage> {
    const claude = await startObedientClaude(BOOK);
    const [way, backWay] = await Promise.all([startWay(portOf(databaseUrl)), startWay(portOf(databaseUrl))]);
    const pool = new pg.Pool({ connectionString: over(backWay, databaseUrl), max: 4 });
    pool.on('error', () => undefined); // its server is stopped on purpose
    const front = await startFront(await freePort(), () => stage.webs.map(({ url }) => url));
    const owners = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      PUBLIC_URL: front.url,
      DATABASE_URL: databaseUrl,
      STAFF_API_TOKEN: 'a-staff-token',
      ANTHROPIC_API_KEY: 'a-key',
      ANTHROPIC_BASE_URL: claude.url,
      SESSION_SECRET: randomBytes(32).toString('base64'),
      PII_KEY: randomBytes(32).toString('base64'),
      ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
    };
    await prepare(readConfig(owners), () => undefined);
    const role = await makeLeastRole(databaseUrl);
    const folder = mkdtempSync(join(tmpdir(), 'marty-stage-'));
    const env = { ...owners, DATABASE_URL: over(way, role.url) };
    const stage = new Stage(pool, way, backWay, claude, front, env, role, folder);
    try {
      await stage.#fill(webs, workers);
      return stage;
    } catch (error) {
      await stage.close(); // no process may be left behind
      throw error;
    }
  }

  /** A process that is not started yet. @param command another build of the program */
  async hire(role: Role, command?: readonly string[]): Promise<Program> {
    const port = await freePort();
    return new Program(role, { ...this.env, PORT: String(port) }, join(this.folder, `${role}-${port}.log`), command);
  }

  readonly ask: Ask = async (text, values) => (await this.pool.query<Record<string, unknown>>(text, values)).rows;

  /** Where customers text to. */
  get url(): string {
    return this.front.url;
  }

  /** Waits until the shop has come to rest. */
  async rest(): Promise<void> {
    await until(async () => deepEqual(await unsettled(this.ask), []), PATIENCE_MS, 300);
  }

  broken(): Promise<Record<string, unknown[]>> {
    return brokenRules(this.ask, this.#came);
  }

  /** Turns that a build made of an actor which a newer one had written. */
  steppedBack(): Promise<unknown[]> {
    return this.ask(`SELECT actor_key, seq FROM
      (SELECT actor_key, seq, version, lag(version) OVER (PARTITION BY store_id, actor_key ORDER BY seq) AS before FROM events) AS turns
      WHERE version < before`);
  }

  /** Versions of charts that turns were made by. */
  async versions(): Promise<number[]> {
    return (await this.ask('SELECT DISTINCT version FROM events')).map(({ version }) => Number(version));
  }

  /** What happened is over: no process has died of it, the shop comes to rest by itself, and all its books are right. */
  async audit(): Promise<void> {
    const dead = [...this.webs, ...this.workers].filter(({ isDead }) => isDead);
    deepEqual(
      dead.map((program) => `a ${program.role} died: ${program.said()}`),
      [],
    );
    await this.rest();
    deepEqual(await this.broken(), {});
    deepEqual(await miscounted(this.ask), []);
    equal(await paidOrders(this.ask), this.crowd.sales);
  }

  /** The ends of all logs, for who wants to know why. */
  said(): string {
    return [...this.webs, ...this.workers].map((program) => `${program.role}: ${program.said()}`).join('\n');
  }

  async close(): Promise<void> {
    await Promise.all([...this.webs, ...this.workers].map((program) => program.kill()));
    await this.pool.end();
    await this.role.drop().catch(() => undefined); // gone with its server, where that was thrown away
    await Promise.all([this.front.close(), this.claude.close(), this.way.stop(), this.backWay.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #fill(webs: number, workers: number): Promise<void> {
    await this.pool.query('UPDATE inventory SET on_hand = $1 WHERE isbn13 = $2', [COPIES, BOOK.isbn13]);
    this.#came = await stockOf(this.ask);
    for (let n = 0; n < webs; n++) this.webs.push(await this.hire('web'));
    for (let n = 0; n < workers; n++) this.workers.push(await this.hire('worker'));
    await Promise.all([...this.webs, ...this.workers].map((program) => program.start()));
  }
}

function portOf(databaseUrl: string): number {
  return Number(new URL(databaseUrl).port);
}

function over(way: Way, databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.port = String(way.port);
  return url.toString();
}
