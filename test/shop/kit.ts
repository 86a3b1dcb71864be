// The whole shop as it is sold, in this process: real database, queue, workers, HTTP and till. Only waiting is shorter.
// Nothing here sleeps; after each test the shop comes to rest and its books are audited.
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Services } from '../../actors/services.ts';
import { customerMachine } from '../../machines/customer.ts';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import type { Config, Secrets } from '../../src/cli/config/config.ts';
import { machines } from '../../src/cli/shop/machines.ts';
import { openDoors } from '../../src/cli/shop/open-doors.ts';
import type { Doors } from '../../src/cli/shop/open-doors.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import type { Parts, Shop } from '../../src/cli/shop/open-shop.ts';
import { Channels } from '../../src/channels/channels.ts';
import { simulatorChannel } from '../../src/channels/simulator.ts';
import { OrderPage } from '../../src/web/wire/shop.ts';
import type { OrderItem } from '../../src/web/wire/shop.ts';
import { useDatabase } from '../harness/database.ts';
import { freePort } from '../harness/free-port.ts';
import { asking, audit } from './audit.ts';
import { stockOf } from './rules.ts';
import type { Stock } from './rules.ts';
import { Logbook } from './logbook.ts';
import { Phone } from './phone.ts';
import { Thoughts } from './thoughts.ts';

export const TOKEN = 'a-staff-token';
export const SMOBI_SECRET = 'a-smobi-secret';
export const SHOP_PHONE = '+12015550100';
/** A condition that is not met after this never will be, also on a machine with much else to do. */
export const WAIT = { timeout: 45_000, interval: 80 }; // ms
const TEST_MS = 180_000;

/** A call that hangs is given up before a customer of a busy test is (ms). */
const SQUARE_PATIENCE = { timeoutMs: 4_000, restMs: 250 };
/** A burst of texts is over after this, unless a test says otherwise (ms). */
const SETTLE_MS = 60;

/** `real`: Marty listens and types as long as he does for customers. */
export type Pace = 'quick' | 'real';

export class ShopKit {
  /** How long Marty listens before he answers (ms). */
  settleMs = SETTLE_MS;
  readonly thoughts = new Thoughts();
  readonly log = new Logbook();
  #open: { shop: Shop; doors: Doors } | null = null;
  #opened: Stock = new Map();
  #phones = 0;

  constructor(
    readonly pool: Pool,
    private readonly config: Config,
    readonly secrets: Secrets,
    private readonly pace: Pace,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  get shop(): Shop {
    if (this.#open === null) throw new Error('the shop is closed');
    return this.#open.shop;
  }

  get url(): string {
    return this.config.publicUrl;
  }

  /** What a command of the terminal does beside this shop, in a process that has its environment. */
  async atTerminal<Answer>(command: () => Promise<Answer>): Promise<Answer> {
    for (const [name, value] of Object.entries(this.environment)) vi.stubEnv(name, value);
    try {
      return await command();
    } finally {
      vi.unstubAllEnvs();
    }
  }

  /** @param owner the shop's own configuration, at the database as whoever owns its tables */
  async prepare(owner: Config = this.config): Promise<void> {
    await prepare(owner, () => undefined);
    this.#opened = await stockOf(asking(this.pool));
  }

  /** @param secrets other ones than the kit's own */
  async open(secrets: Secrets = this.secrets): Promise<void> {
    const shop = await openShop(this.config, secrets, this.log.logger, this.pace === 'quick' ? this.#parts() : {});
    shop.runtime.startWork();
    this.#open = { shop, doors: await openDoors(shop) };
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.doors.close(0);
    await open?.shop.close(2_000);
  }

  #parts(): Omit<Parts, 'name'> {
    const delays = { settle: () => this.settleMs };
    return {
      machines: machines.map((one) =>
        one.machine === customerMachine ? { ...one, machine: customerMachine.provide({ delays }) } : one,
      ),
      patience: SQUARE_PATIENCE,
      furnish: (own: Services) => ({
        ...own,
        channels: new Channels(
          [simulatorChannel('simulator')],
          () => Promise.resolve(),
          own.channels.onRefused,
          own.channels.onOutcome,
          own.channels.ownOf,
        ),
        brain: this.thoughts.around(own.brain),
      }),
    };
  }

  /** A phone that has never texted before. @param wait how long it waits for a bubble, and how often it looks (ms) */
  phone(wait?: typeof WAIT): Phone {
    this.#phones += 1;
    return new Phone(this.url, `+1201555${1000 + this.#phones}`, wait?.timeout, wait?.interval);
  }

  /** One request in the name of staff. */
  async staff(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** The newest order of a phone, as staff see it. */
  async order(phone: Phone): Promise<OrderItem> {
    const [newest] = await this.orders(phone);
    if (newest === undefined) throw new Error('this phone has no order');
    return newest;
  }

  /** All orders of a phone, newest first. */
  async orders(phone: Phone): Promise<OrderItem[]> {
    const response = await this.staff('GET', '/api/orders?limit=100');
    return OrderPage.parse(await response.json()).items.filter(
      ({ customer }) => customer === `customer:${phone.number}`,
    );
  }

  /** Presses the button of a pay page; the till, which may dawdle, calls back without delay. */
  async pays(phone: Phone, link: string): Promise<void> {
    await phone.pays(link);
    await this.pool.query(
      "UPDATE till_events SET due_at = now() WHERE delivered_at IS NULL AND due_at < now() + interval '1 minute'",
    );
  }

  /** The one timer of that name comes due, as if its time had passed. */
  async passes(timer: string, address: { machine: string; id: string }): Promise<void> {
    const key = await this.shop.runtime.find({ storeId: 1, ...address });
    const { rowCount } = await this.pool.query(
      `UPDATE timers SET due_at = now(), held_until = now() - interval '1 second' WHERE actor_key = $1 AND id LIKE $2`,
      [key, `xstate.after.${timer}.%`],
    );
    expect(rowCount).toBe(1);
  }

  /** So many copies stand in the shop from now on. */
  async stand(isbn13: string, onHand: number): Promise<void> {
    const { status } = await this.staff('PATCH', `/api/inventory/${isbn13}`, { onHand });
    expect(status).toBe(200);
    const now = await stockOf(asking(this.pool));
    this.#opened.set(isbn13, now.get(isbn13) ?? 0);
  }

  /** So many copies come into the shop from outside of it. */
  comesIn(isbn13: string, copies: number): void {
    this.#opened.set(isbn13, (this.#opened.get(isbn13) ?? 0) + copies);
  }

  /** Waits until nothing is under way: no command, no event, no bubble, no callback, no timer of the next half minute. */
  async rest(): Promise<void> {
    await vi.waitFor(async () => expect(await this.#busy()).toEqual([]), WAIT);
  }

  async #busy(): Promise<string[]> {
    const { rows } = await this.pool.query<{ what: string }>(`
      SELECT 'command ' || name || ' ' || status AS what FROM commands WHERE status IN ('pending', 'running')
      UNION ALL SELECT 'event ' || type FROM inbox WHERE state = 'waiting'
      UNION ALL SELECT 'bubble ' || status FROM messages WHERE status IN ('queued', 'sending')
      UNION ALL SELECT 'callback' FROM till_events WHERE delivered_at IS NULL AND due_at < now() + interval '1 hour'
      UNION ALL SELECT 'timer ' || id FROM timers WHERE due_at < now() + interval '30 seconds'`);
    return rows.map(({ what }) => what);
  }

  /** Comes to rest and checks all books. */
  async audit(): Promise<void> {
    await this.rest();
    await audit(this.pool, this.#opened);
    expect(this.log.errors).toEqual([]);
  }
}

/**
 * One shop for a test file, audited after each test unless that test breaks something on purpose. Call at the top level.
 * @param around variables of services that must be there before the shop opens; given the variables of its own that it would have
 */
export function useShop(
  pace: Pace = 'quick',
  audited: boolean = true,
  around: (own: Record<string, string>) => Promise<Record<string, string>> = () => Promise.resolve({}),
): () => ShopKit {
  vi.setConfig({ testTimeout: TEST_MS, hookTimeout: TEST_MS });
  const database = useDatabase();
  let kit: ShopKit | null = null;
  const opened = () => {
    if (kit === null) throw new Error('the shop opens before the first test');
    return kit;
  };
  beforeAll(async () => {
    const own = environment(database.url, await freePort()); // links name the port
    const given = { ...own, ...(await around(own)) };
    const config = readConfig(given);
    const { sessionSecret, piiKey, smobiWebhookSecret } = config.given;
    if (sessionSecret === null || piiKey === null) throw new Error('the kit gives all secrets');
    const secrets = { sessionSecret, piiKey, piiKeyPrevious: null, smobiWebhookSecret };
    kit = new ShopKit(database.pool, config, secrets, pace, given);
    await kit.prepare(readConfig({ ...given, DATABASE_URL: database.url }));
    await kit.open();
  });
  afterEach(() => (audited ? opened().audit() : undefined));
  afterAll(() => kit?.close());
  return opened;
}

function environment(url: string, port: number): Record<string, string> {
  return {
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATABASE_URL: url,
    STORE_PHONE: SHOP_PHONE,
    STAFF_API_TOKEN: TOKEN,
    SMOBI_WEBHOOK_SECRET: SMOBI_SECRET,
    SESSION_SECRET: randomBytes(32).toString('base64'),
    PII_KEY: randomBytes(32).toString('base64'),
  };
}
