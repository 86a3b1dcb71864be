// A Postgres that keeps what it commits, for one test file alone: it can be stopped the hard way, and its disks can be full.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { knownPlace } from '../../src/cli/embedded/place.ts';
import { isRunning } from '../../src/cli/processes.mjs';
import { until } from '../harness/until.ts';

const STOP_MAX_MS = 30_000;

export class OwnServer {
  #pid = 0;
  #url = '';

  private constructor(private readonly folder: string) {}

  static async start(): Promise<OwnServer> {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'marty-faults-'));
    chmodSync(folder, 0o755); // so that the server's account can enter it when root runs the tests
    const server = new OwnServer(folder);
    await server.start();
    return server;
  }

  /** It listens elsewhere after each start. */
  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** Address of a database, by way of another port where one is given. */
  urlOf(database: string, port = this.port): string {
    const url = new URL(this.#url);
    url.port = String(port);
    url.pathname = `/${database}`;
    return url.toString();
  }

  /** Starts it, or attaches to it where it runs; it recovers first where it fell. */
  async start(): Promise<void> {
    const { url, pid } = await attachEmbeddedPostgres(this.folder, 'kept');
    this.#url = url;
    this.#pid = pid;
  }

  /** `pg_ctl stop -m immediate`: no checkpoint, no goodbye. */
  async stopAtOnce(): Promise<void> {
    if (isRunning(this.#pid)) process.kill(this.#pid, 'SIGQUIT');
    await this.untilGone();
  }

  /** Waits until it is gone, whoever ended it. */
  untilGone(): Promise<void> {
    return until(() => {
      if (isRunning(this.#pid)) throw new Error('Postgres still runs');
    }, STOP_MAX_MS);
  }

  /** Runs one statement as its owner. */
  async run(sql: string, database = 'postgres'): Promise<pg.QueryResult<Record<string, unknown>>> {
    const client = new pg.Client({ connectionString: this.urlOf(database) });
    client.on('error', () => undefined); // a server that falls ends it between two answers too
    await client.connect();
    try {
      return await client.query<Record<string, unknown>>(sql);
    } finally {
      await client.end();
    }
  }

  /** A place for tables in that folder, under that name. */
  async addTablespace(name: string, folder: string): Promise<void> {
    this.#own(folder);
    await this.run(`CREATE TABLESPACE ${name} LOCATION '${folder}'`);
  }

  /** The write-ahead log lies in that folder from now on. Stops and starts the server. */
  async moveWal(folder: string): Promise<void> {
    await this.stopAtOnce();
    const wal = join(this.#home(), 'data', 'pg_wal');
    cpSync(wal, folder, { recursive: true });
    rmSync(wal, { recursive: true });
    symlinkSync(folder, wal);
    this.#own(folder);
    await this.start();
  }

  async destroy(): Promise<void> {
    await destroyEmbeddedPostgres(this.folder);
  }

  #home(): string {
    const place = knownPlace(this.folder);
    if (place === null) throw new Error('this server was never started');
    return place.home;
  }

  // As the server's account, which is not root's.
  #own(folder: string): void {
    const { uid, gid } = statSync(join(this.#home(), 'data'));
    execFileSync('chown', ['-R', `${uid}:${gid}`, folder]);
  }
}
