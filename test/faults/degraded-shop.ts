// A whole shop with Smobi, Square, Claude, book sources and, where it is wanted, Redis: all of them may fail, and
// customers are asked how they fare.
import { deepEqual, equal } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import pino from 'pino';
import { z } from 'zod';
import { prepare } from '../../src/cli/commands/prepare.ts';
import { readConfig } from '../../src/cli/config/config.ts';
import type { Config } from '../../src/cli/config/config.ts';
import { openDoors } from '../../src/cli/shop/open-doors.ts';
import type { Doors } from '../../src/cli/shop/open-doors.ts';
import { openShop } from '../../src/cli/shop/open-shop.ts';
import type { Shop } from '../../src/cli/shop/open-shop.ts';
import { SQUARE_SIGNATURE } from '../../src/commerce/square/webhook.ts';
import { signSquareEvent } from '../fakes/square/webhooks.ts';
import { freePort } from '../harness/free-port.ts';
import { until } from '../harness/until.ts';
import { book } from '../shop/books.ts';
import { PAID } from '../shop/lines.ts';
import { brokenRules, stockOf } from '../shop/rules.ts';
import type { Ask, Stock } from '../shop/rules.ts';
import { unsettled } from './crowd.ts';
import { Services } from './services.ts';
import { SmobiPhone } from './smobi-phone.ts';

export const BOOK = book('The Hobbit');
/** For what comes in the end, on whatever machine (ms). */
const IN_THE_END_MS = 180_000;
export const LINK = /^http\S+\/l\/link-\S+$/;
const SHOP_PHONE = '+12015550100';
const Health = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.string()),
  breakers: z.record(z.string(), z.string()),
});

export class DegradedShop {
  #phones = 0;

  private constructor(
    readonly services: Services,
    private readonly config: Config,
    private readonly shop: Shop,
    private readonly doors: Doors,
    private readonly ask: Ask,
    private readonly came: Stock,
  ) {}

  static async open(pool: Pool, databaseUrl: string, withRedis: boolean): Promise<DegradedShop> {
    const services = await Services.start(BOOK, withRedis);
    const port = await freePort();
    const piiKey = randomBytes(32);
    const config = readConfig({
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      DATABASE_URL: databaseUrl,
      STORE_PHONE: SHOP_PHONE,
      ...services.env(),
    });
    await prepare(config, () => undefined);
    const ask: Ask = async (text, values) => (await pool.query<Record<string, unknown>>(text, values)).rows;
    await ask('UPDATE inventory SET on_hand = 100 WHERE isbn13 = $1', [BOOK.isbn13]);
    const came = await stockOf(ask);
    const secrets = {
      sessionSecret: piiKey.toString('base64'),
      piiKey,
      piiKeyPrevious: null,
      smobiWebhookSecret: config.given.smobiWebhookSecret,
    };
    const shop = await openShop(config, secrets, pino({ level: 'silent' }));
    shop.runtime.startWork();
    return new DegradedShop(services, config, shop, await openDoors(shop), ask, came);
  }

  /** A customer who was never here. */
  phone(): SmobiPhone {
    this.#phones += 1;
    const at = { url: this.config.publicUrl, phone: SHOP_PHONE };
    return new SmobiPhone(at, `+1201555${2000 + this.#phones}`, this.services.smobi, IN_THE_END_MS);
  }

  async health(): Promise<z.infer<typeof Health>> {
    return Health.parse(await (await fetch(`${this.config.publicUrl}/health`)).json());
  }

  /** Services that /metrics calls down. */
  async metered(): Promise<string[]> {
    const lines = (await (await fetch(`${this.config.publicUrl}/metrics`)).text()).split('\n');
    return lines.flatMap((line) => /^marty_provider_down\{provider="(\w+)"\} 1$/.exec(line)?.[1] ?? []);
  }

  /** Somebody pays, and Square tells it. */
  async pays(phone: SmobiPhone, link: string): Promise<void> {
    const { square } = this.services;
    square.pay(link.slice(link.lastIndexOf('/') + 1));
    const url = `${this.config.publicUrl}/webhook/square`;
    for (const { body } of square.outbox.splice(0)) {
      const headers = { [SQUARE_SIGNATURE]: signSquareEvent({ url, body, key: square.signatureKey }) };
      equal((await fetch(url, { method: 'POST', body, headers })).ok, true);
    }
    await phone.hears(PAID);
  }

  /** Everything came to rest; each of these customers has one paid order and one receipt, and the books are right. */
  async audit(buyers: readonly SmobiPhone[]): Promise<void> {
    await until(async () => deepEqual(await unsettled(this.ask), []), IN_THE_END_MS, 200);
    deepEqual(await brokenRules(this.ask, this.came, 'cutShort'), {});
    for (const buyer of buyers) equal((await buyer.bubbles()).filter((text) => PAID.test(text)).length, 1);
    const [row] = await this.ask("SELECT count(*)::int AS paid FROM orders WHERE payment_status = 'paid'");
    equal(row?.['paid'], buyers.length);
    equal(this.services.square.books.payments.size, buyers.length);
  }

  async close(): Promise<void> {
    await this.doors.close(0);
    await this.shop.close(2_000);
    await this.services.stop();
  }
}
