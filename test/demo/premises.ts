// What a demo stands on: a database and a queue of its own, services that are pretended over real HTTP, and the real program's
// processes. Opened in order, closed in reverse.
import { mkdirSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import { openDatabaseAddress } from '../../src/cli/database-address.ts';
import { attachEmbeddedPostgres, destroyEmbeddedPostgres } from '../../src/cli/embedded/embedded-postgres.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import type { FakeAnthropic } from '../fakes/anthropic.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import { FakeSquare } from '../fakes/square.ts';
import { hasRedis, startRedis } from '../harness/redis-server.ts';
import { answerOf } from './pretended-claude.ts';
import { Supervised } from './supervisor.ts';
import type { Environment } from './supervisor.ts';
import { CLAUDE_THINKS_MS } from './switchboard.ts';

const SHOP_PHONE = '+12015550100';
const READY_MAX_MS = 180_000;
/** Copies of every book, so that a long day sells none out. */
const COPIES = 2_000;

export type Premises = {
  url: string;
  shopPhone: string;
  smobiSecret: string;
  sessionSecret: string;
  pool: pg.Pool;
  postgresPid: number;
  redisUrl: string | null;
  smobi: FakeSmobi;
  square: FakeSquare;
  claude: FakeAnthropic;
  processes: readonly Supervised[];
  close: () => Promise<void>;
  /** Kills what is ours, for when this process dies without closing. */
  abandon: () => void;
};

export type PremisesOptions = {
  port: number;
  workers: number;
  say: (line: string) => void;
  onDeath: (name: string) => void;
};

export async function openPremises({ port, workers, say, onDeath }: PremisesOptions): Promise<Premises> {
  const closers: Array<() => Promise<unknown> | unknown> = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const dataDir = join(tmpdir(), `marty-demo-${port}`);
    await clear(dataDir);
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    say('Starting Postgres, Redis where there is one, and the services that are pretended …');
    closers.push(() => clear(dataDir));
    const server = await attachEmbeddedPostgres(dataDir, 'thrownAway');
    closers.push(() => server.close());
    const address = await openDatabaseAddress({ database: { url: null, driver: 'pg', neonWsProxy: null }, dataDir });
    closers.push(() => address.close());
    const redis = hasRedis() ? await startRedis() : null;
    closers.push(() => redis?.kill());
    const [smobi, square, claude] = await Promise.all([
      new FakeSmobi().start(),
      new FakeSquare().start(),
      startFakeAnthropic(CLAUDE_THINKS_MS.usual),
    ]);
    claude.answer(answerOf);
    closers.push(() => Promise.all([smobi.stop(), square.stop(), claude.close()]));
    const secrets = { session: randomBytes(32).toString('base64'), smobi: randomBytes(16).toString('hex') };
    const services = { smobi, square, claude, redisUrl: redis?.url ?? null, databaseUrl: address.url, dataDir };
    const environment = environmentOf(port, secrets, services);
    await prepare(readConfig(environment), say);
    const pool = new pg.Pool({ connectionString: address.url, max: 2, query_timeout: 10_000 });
    pool.on('error', () => undefined);
    closers.push(() => pool.end());
    await pool.query('UPDATE inventory SET on_hand = $1', [COPIES]);
    const roles = [
      ['web', 'web'] as const,
      ...Array.from({ length: workers }, (_, n) => [`worker ${n + 1}`, 'worker'] as const),
    ];
    const processes = roles.map(([name, role]) => new Supervised(name, role, environment, dataDir, onDeath));
    closers.push(() => Promise.all(processes.map((one) => one.stop())));
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url);
    return {
      url,
      shopPhone: SHOP_PHONE,
      smobiSecret: secrets.smobi,
      sessionSecret: secrets.session,
      pool,
      postgresPid: server.pid,
      redisUrl: redis?.url ?? null,
      smobi,
      square,
      claude,
      processes,
      close,
      abandon: () => {
        for (const one of processes) one.abandon();
        redis?.kill();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A demo that was killed left its folder, and maybe its server. */
async function clear(dataDir: string): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  await destroyEmbeddedPostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

type Services = {
  smobi: FakeSmobi;
  square: FakeSquare;
  claude: FakeAnthropic;
  redisUrl: string | null;
  databaseUrl: string;
  dataDir: string;
};

// Nothing of this process's own environment but the path: no real key may reach a demo.
function environmentOf(
  port: number,
  secrets: { session: string; smobi: string },
  { smobi, square, claude, redisUrl, databaseUrl, dataDir }: Services,
): Environment {
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'development',
    LOG_LEVEL: 'fatal',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    MARTY_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
    STORE_PHONE: SHOP_PHONE,
    STORE_HOURS: 'Mon-Sun 9-21',
    SESSION_SECRET: secrets.session,
    PII_KEY: randomBytes(32).toString('base64'),
    SMOBI_API_URL: smobi.url,
    SMOBI_API_KEY: smobi.key,
    SMOBI_WEBHOOK_SECRET: secrets.smobi,
    SQUARE_ACCESS_TOKEN: square.accessToken,
    SQUARE_LOCATION_ID: square.locationId,
    SQUARE_BASE_URL: square.url,
    SQUARE_WEBHOOK_SIGNATURE_KEY: square.signatureKey,
    ANTHROPIC_API_KEY: 'a-key-of-the-demo',
    ANTHROPIC_BASE_URL: claude.url,
  };
}

async function untilReady(url: string): Promise<void> {
  for (const giveUp = AbortSignal.timeout(READY_MAX_MS); ; await wait(200)) {
    const isReady = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (giveUp.aborted) throw new Error(`the demo's server is not ready after ${READY_MAX_MS / 1000} s`);
  }
}
