// Outside services that lie plausibly, alone and together with others that fail as well: nothing of it reaches a customer,
// moves money or a book, and afterwards everything that was begun is completed, once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDatabase } from '../harness/database.ts';
import { HOME, picksUp, ships } from '../shop/journeys.ts';
import { CANCELLED, CANCELLING, READ_BACK } from '../shop/lines.ts';
import { expectMarty, overTime, texted } from './answers.ts';
import { BOOK, DegradedShop, LINK } from './degraded-shop.ts';
import { LIES } from './liars.ts';
import type { Liar, Manner, Service } from './services.ts';
import { isInFull } from './size.ts';
import type { SmobiPhone } from './smobi-phone.ts';

type Scenario = { lying: readonly Liar[]; failing: readonly (readonly [Service, Manner])[]; always?: true };

const SCENARIOS: readonly Scenario[] = [
  { lying: ['claude', 'square', 'books'], failing: [], always: true },
  { lying: ['claude'], failing: [] },
  { lying: ['square'], failing: [] },
  { lying: ['books'], failing: [['claude', 'down']] }, // who is well asks no book source about these texts
  // Drawn from all pairs and triples, each liar and each manner of the others at least once.
  { lying: ['claude'], failing: [['square', 'slow']] },
  { lying: ['square'], failing: [['claude', 'slow']] },
  { lying: ['claude', 'square'], failing: [['books', 'slow']] },
  {
    lying: ['claude'],
    failing: [
      ['books', 'down'],
      ['sms', 'slow'],
    ],
  },
  { lying: ['square', 'books'], failing: [['claude', 'lying']] },
  {
    lying: ['books'],
    failing: [
      ['claude', 'down'],
      ['square', 'lying'],
    ],
  },
  {
    lying: ['square'],
    failing: [
      ['books', 'lying'],
      ['sms', 'down'],
    ],
  },
  {
    lying: ['claude'],
    failing: [
      ['square', 'down'],
      ['sms', 'lying'],
    ],
  },
];
const WANTED = SCENARIOS.filter(({ always }) => isInFull || always);
const titled = WANTED.map((one) => [titleOf(one), one] as const);

describe.concurrent.each(titled)('a shop whose services lie: %s', (_, { lying, failing }) => {
  const database = useDatabase();
  let shop: DegradedShop;
  beforeAll(async () => void (shop = await DegradedShop.open(database.pool, database.url, false)), 180_000);
  afterAll(() => shop?.close());

  test('nobody is told a lie, and everything is completed once', async () => {
    const [payer, early, leaver, sender] = [shop.phone(), shop.phone(), shop.phone(), shop.phone()];
    const [late, curious, guest] = [shop.phone(), shop.phone(), shop.phone()];
    await Promise.all([picksUp(payer, BOOK), picksUp(early, BOOK), picksUp(leaver, BOOK), ships(sender, BOOK)]);
    await pays(shop, payer);
    await leaver.texts('pay now');
    await leaver.hears(LINK);
    const slackMs = await overTime(shop.phone());
    for (const liar of lying) shop.services.deceive(liar);
    for (const [service, manner] of failing) shop.services.break(service, manner);

    const began = performance.now();
    const asked = await Promise.all([
      texted(leaver, 'never mind, cancel it'),
      texted(early, 'pay now'),
      texted(sender, `to ${HOME}, if you would be so kind, it is a present for her`),
      texted(late, `do you have ${BOOK.named}?`),
      texted(curious, 'do you have A Field Guide to Glass Dragons by Ottoline Pell?'),
      texted(guest, 'something with orchards in it for my nephew, he is nine and reads everything?'),
    ]);
    const answers = asked.map(({ answer }) => answer);
    if (failing.some(([service]) => service === 'sms')) void Promise.allSettled(answers);
    else await expectMarty(answers, began, slackMs);
    expect(liesTold(shop)).toEqual([]);
    shop.services.heal();

    await Promise.all([
      leaver.hears(CANCELLED),
      early.hears(LINK).then((link) => shop.pays(early, link)),
      picksUp(late, BOOK).then(() => pays(shop, late)),
    ]);
    expect((await leaver.bubbles()).filter((bubble) => CANCELLING.test(bubble)).length).toBeLessThan(2);
    await shop.audit([payer, early, late]);
    const paid = [...shop.services.square.books.payments.values()].map(({ amount_money }) => amount_money.amount);
    expect(new Set(paid)).toEqual(new Set(paid.slice(0, 1))); // who paid before the lies paid the true price
    await sender.hears(READ_BACK);
    expect(liesTold(shop)).toEqual([]);
  });
});

function liesTold({ services }: DegradedShop): string[] {
  return services.smobi.delivered.map(({ message }) => message).filter((message) => LIES.test(message));
}

function titleOf({ lying, failing }: Scenario): string {
  return [...lying.map((liar) => `${liar}: plausible`), ...failing.map((fault) => fault.join(': '))].join(', ');
}

async function pays(shop: DegradedShop, phone: SmobiPhone): Promise<void> {
  await phone.texts('pay now');
  await shop.pays(phone, await phone.hears(LINK));
}
