// Outside services that are down, slow or lying, alone and together. Meanwhile customers are answered, in words that are
// Marty's own; afterwards everything that was begun is completed, once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedis } from '../harness/redis-server.ts';
import { useDatabase } from '../harness/database.ts';
import { until } from '../harness/until.ts';
import { picksUp } from '../shop/journeys.ts';
import { expectMarty, overTime, said } from './answers.ts';
import { BOOK, DegradedShop, LINK } from './degraded-shop.ts';
import type { Manner, Service } from './services.ts';
import { isInFull } from './size.ts';
import type { SmobiPhone } from './smobi-phone.ts';

type Scenario = {
  failing: readonly Service[];
  manner: Manner;
  /** Part of /health that says so meanwhile; null where nothing is wrong enough to be told. */
  health: Record<string, string> | null;
  /** Also in `npm run test:all`. */
  always?: true;
};

const SCENARIOS: readonly Scenario[] = [
  { failing: ['claude'], manner: 'down', health: { ai: 'down' } },
  { failing: ['claude'], manner: 'slow', health: null },
  { failing: ['claude'], manner: 'lying', health: null },
  { failing: ['square'], manner: 'down', health: { square: 'down' } },
  { failing: ['square'], manner: 'slow', health: { square: 'down' } },
  { failing: ['square'], manner: 'lying', health: null },
  { failing: ['books'], manner: 'down', health: null },
  { failing: ['books'], manner: 'slow', health: null },
  { failing: ['books'], manner: 'lying', health: null },
  { failing: ['sms'], manner: 'down', health: { sms: 'down' } },
  { failing: ['sms'], manner: 'slow', health: { sms: 'down' } },
  { failing: ['sms'], manner: 'lying', health: null },
  { failing: ['redis'], manner: 'down', health: { queue: 'down' } },
  { failing: ['redis'], manner: 'slow', health: { queue: 'down' } },
  { failing: ['claude', 'square', 'books'], manner: 'down', health: { ai: 'down', square: 'down' } },
  { failing: ['claude', 'square', 'books'], manner: 'slow', health: { square: 'down' } },
  { failing: ['claude', 'square', 'books'], manner: 'lying', health: null },
  {
    failing: ['claude', 'square', 'books', 'sms', 'redis'],
    manner: 'down',
    health: { queue: 'down', sms: 'down' },
    always: true,
  },
];
const WANTED = SCENARIOS.filter(({ always }) => isInFull || always);
/** Parts of /health whose service is called in any case, and how /metrics names it. */
const METERED: Readonly<Record<string, string>> = { ai: 'claude', sms: 'smobi' };
/** Services that fail alone have a shop each, so that they can be waited for at the same time. */
const shopOf = ({ failing: [first, second] }: Scenario) => (second === undefined ? first : 'together');
const shops = [...new Set(WANTED.map(shopOf))];

describe.concurrent.each(shops)('a shop and its services: %s', (name) => {
  const scenarios = WANTED.filter((one) => shopOf(one) === name);
  const titled = scenarios.map((one) => [`${one.failing.join(', ')}: ${one.manner}`, one] as const);
  const needsRedis = scenarios.some(({ failing }) => failing.includes('redis'));
  const isLeftOut = needsRedis && !hasRedis() && process.env['REQUIRE_ALL'] !== '1';
  const database = useDatabase();
  let shop: DegradedShop;
  beforeAll(async () => {
    if (!isLeftOut) shop = await DegradedShop.open(database.pool, database.url, needsRedis);
  }, 180_000);
  afterAll(() => shop?.close());
  const buyers: SmobiPhone[] = [];

  test.skipIf(isLeftOut).sequential.each(titled)('%s', async (_, { failing, manner, health }) => {
    const [early, late, curious] = [shop.phone(), shop.phone(), shop.phone()];
    await picksUp(early, BOOK);
    const slack = await overTime(shop.phone());
    for (const service of failing) shop.services.break(service, manner);

    const began = performance.now();
    const answers = [
      said(early, 'pay now'),
      said(late, `do you have ${BOOK.named}?`),
      said(curious, 'do you have A Field Guide to Glass Dragons by Ottoline Pell?'),
    ];
    if (failing.includes('sms')) void Promise.allSettled(answers);
    else await expectMarty(answers, began, slack);
    if (health) await isTold(health);
    shop.services.heal();

    await shop.pays(early, await early.hears(LINK));
    await picksUp(late, BOOK);
    await late.texts('pay now');
    await shop.pays(late, await late.hears(LINK));
    buyers.push(early, late);
    await shop.audit(buyers);
  });

  // Some services are asked only while customers ask for something.
  async function isTold(health: Record<string, string>): Promise<void> {
    await until(
      async () => {
        await shop.phone().texts(`is there anything like ${BOOK.named}, but slower?`);
        expect((await shop.health()).checks).toMatchObject(health);
        expect(await shop.metered()).toEqual(expect.arrayContaining(asMetered(health)));
      },
      120_000,
      3_000,
    );
  }
});

function asMetered(health: Record<string, string>): string[] {
  return Object.keys(health).flatMap((part) => METERED[part] ?? []);
}
