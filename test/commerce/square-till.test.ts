// The till at Square: the real client over real HTTP, and what is left at Square after each fault.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Link, Till } from '../../src/commerce/till.ts';
import { FakeSquare } from '../fakes/square.ts';
import type { SquareFault } from '../fakes/square.ts';
import { DUNE, EMMA } from './shop.ts';
import { ADDRESS_ID, linkRequest, outcome, patienceWith, squareTill } from './square-counter.ts';

let fake: FakeSquare;
let till: Till;
const storeId = 1;

beforeEach(async () => {
  fake = await new FakeSquare().start();
  till = squareTill(fake);
});
afterEach(() => fake.stop());

/** How many of each there are at Square. */
function kept() {
  const { orders, links, payments, refunds } = fake.books;
  return { orders: orders.size, links: links.size, payments: payments.size, refunds: refunds.size };
}
const ONE_LINK = { orders: 1, links: 1, payments: 0, refunds: 0 };

function orderOf({ reference }: Link) {
  return fake.books.orders.get(reference);
}

/** Tried under the same key until it is answered, as the queue does. */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<{ answer: Answer; tries: unknown[] }> {
  const tries: unknown[] = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    try {
      return { answer: await call(), tries };
    } catch (error) {
      tries.push(error instanceof Error && 'code' in error ? error.code : error);
    }
  }
  throw new Error(`never answered: ${tries.join(', ')}`);
}

const FAULTS: Array<[SquareFault, string]> = [
  ['lost_answer', 'unreachable'],
  ['hang', 'unreachable'],
  ['cut', 'unreachable'],
  ['html', 'bad_answer'],
  [500, 'outage'],
  [503, 'outage'],
  [408, 'outage'],
  [429, 'rate_limited'],
];

/** A well-formed answer about somebody else's order. */
const ANOTHERS: SquareFault = {
  lies: ({ status, body }) => ({
    status,
    body: JSON.parse(JSON.stringify(body).replaceAll(/"reference_id":"[^"]+"/g, '"reference_id":"another-order"')),
  }),
};

/** Well-formed answers about another order, payment or refund than was asked for. */
const OF_OTHERS: SquareFault = {
  lies: ({ status, body }) => ({
    status,
    body: Object.fromEntries(Object.entries(body).map(([name, thing]) => [name, { ...thing, id: 'another' }])),
  }),
};

test.each([
  ['whether a link is paid', ({ link }: Sold) => till.getLink({ storeId, ...link })],
  ['to call an order off', ({ link }: Sold) => till.cancelLink({ storeId, ...link })],
  ['of a payment', ({ paymentId }: Sold) => till.getPayment({ storeId, paymentId })],
])('asked %s, Square may not answer about another one', async (_, ask) => {
  const sold = await sell();
  fake.breakNext(/GET/, OF_OTHERS);
  expect(await outcome(ask(sold))).toBe('bad_answer');
});

test('an order is not paid by a payment of another one', async () => {
  const { link, paymentId } = await sell();
  const payment = fake.books.payments.get(paymentId);
  if (payment) payment.order_id = 'another';
  expect(await outcome(till.getLink({ storeId, ...link }))).toBe('bad_answer');
});

type Sold = { link: Link; paymentId: string };

async function sell(): Promise<Sold> {
  const link = await till.createLink(linkRequest());
  return { link, paymentId: fake.pay(link.linkId).id };
}

describe('a payment link', () => {
  test('that Square says is of another order is given to nobody', async () => {
    fake.breakNext(/payment-links/, ANOTHERS);
    const request = linkRequest();
    const { answer, tries } = await untilAnswered(() => till.createLink(request));
    expect(tries).toEqual(['bad_answer']);
    expect(orderOf(answer)?.reference_id).toBe(request.orderId);
    expect(kept()).toEqual(ONE_LINK);
  });

  test('is one Square order with our lines, rate, name and no tip, and answers what Square will charge', async () => {
    const request = linkRequest();
    const link = await till.createLink(request);
    const [made] = fake.books.links.values();
    expect(link).toEqual({
      linkId: made?.id,
      url: made?.url,
      reference: made?.order_id,
      totalCents: 4699 + 311,
      taxCents: 311,
      shippingCents: 0,
    });
    expect(orderOf(link)).toMatchObject({
      location_id: 'L1',
      reference_id: request.orderId,
      line_items: [
        { name: 'Dune', quantity: '2', base_price_money: { amount: 1899, currency: 'USD' }, note: DUNE },
        { name: 'Emma', quantity: '1', base_price_money: { amount: 901, currency: 'USD' }, note: EMMA },
      ],
      taxes: [{ percentage: '6.625' }],
      fulfillments: [{ type: 'PICKUP', state: 'PROPOSED' }],
    });
    expect(kept()).toEqual(ONE_LINK);
  });

  test('of an order to be shipped carries the address and an untaxed charge', async () => {
    const link = await till.createLink(
      linkRequest({ fulfillment: 'shipping', addressId: ADDRESS_ID, shippingCents: 800 }),
    );
    expect(link).toMatchObject({ totalCents: 4699 + 311 + 800, taxCents: 311, shippingCents: 800 });
    expect(orderOf(link)).toMatchObject({
      service_charges: [{ name: 'Shipping', amount_money: { amount: 800, currency: 'USD' }, taxable: false }],
      fulfillments: [
        {
          type: 'SHIPMENT',
          state: 'PROPOSED',
          shipment_details: {
            recipient: {
              display_name: 'Jane Doe',
              address: {
                address_line_1: '12 Elm St',
                address_line_2: 'Apt 4',
                locality: 'Hoboken',
                administrative_district_level_1: 'NJ',
                postal_code: '07030',
                country: 'US',
              },
            },
          },
        },
      ],
    });
  });

  test('is refused for an order to be shipped whose address is gone', async () => {
    const call = till.createLink(linkRequest({ fulfillment: 'shipping', addressId: linkRequest().orderId }));
    expect(await outcome(call)).toBe('no_address');
    expect(fake.heard).toEqual([]);
  });

  test('names a book by the variation of Square’s catalogue where there is one', async () => {
    fake.books.variations.set('var-1', { id: 'var-1', upc: DUNE, priceCents: 1899, count: 3 });
    const lines = [{ isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899, catalogId: 'var-1' }];
    const link = await till.createLink(linkRequest({ lines, taxCents: 252 }));
    expect(orderOf(link)?.line_items).toEqual([{ catalog_object_id: 'var-1', quantity: '2' }]);
    fake.pay(link.linkId);
    expect(fake.books.variations.get('var-1')?.count).toBe(1);
  });

  test('that would charge other than agreed is closed at once and never handed out', async () => {
    fake.books.variations.set('var-1', { id: 'var-1', upc: DUNE, priceCents: 2099, count: 3 });
    const lines = [{ isbn13: DUNE, title: 'Dune', copies: 2, priceCents: 1899, catalogId: 'var-1' }];
    expect(await outcome(till.createLink(linkRequest({ lines })))).toBe('price_moved');
    expect([...fake.books.orders.values()].map(({ state }) => state)).toEqual(['CANCELED']);
    expect(fake.books.links.size).toBe(0);
  });

  test.each(FAULTS)('after %s is asked for again under its key, and is one order and one link', async (fault, code) => {
    till = squareTill(fake, patienceWith(fault));
    fake.breakNext(/payment-links/, fault);
    const request = linkRequest();
    const { answer, tries } = await untilAnswered(() => till.createLink(request));
    expect(tries).toEqual([code]);
    expect(kept()).toEqual(ONE_LINK);
    expect(answer.reference).toBe([...fake.books.orders.keys()][0]);
  });

  test('asked for with another body under the same key is refused for good', async () => {
    const request = linkRequest();
    await till.createLink(request);
    expect(await outcome(till.createLink({ ...request, shippingCents: 1 }))).toBe('key_reused');
    expect(kept()).toEqual(ONE_LINK);
  });

  test('no attempt is repeated by the client itself', async () => {
    fake.isDown = 503;
    await outcome(till.createLink(linkRequest()));
    expect(fake.heard).toEqual(['POST /v2/online-checkout/payment-links']);
  });
});

describe('cancelling a link', () => {
  let link: Link;
  beforeEach(async () => void (link = await till.createLink(linkRequest())));
  const cancel = () => till.cancelLink({ storeId, ...link });

  test('cancels the order with its fulfilments and removes the link, as often as it is asked', async () => {
    expect([await cancel(), await cancel()]).toEqual(['cancelled', 'cancelled']);
    expect(orderOf(link)).toMatchObject({ state: 'CANCELED', fulfillments: [{ state: 'CANCELED' }] });
    expect(kept()).toEqual({ ...ONE_LINK, links: 0 });
    expect(await till.getLink({ storeId, ...link })).toEqual({ state: 'cancelled', payment: null });
  });

  test('leaves money that came first', async () => {
    const { id } = fake.pay(link.linkId);
    expect(await cancel()).toBe('paid');
    const money = { amountCents: 5010, currency: 'USD', refundedCents: 0, refundIds: [] };
    const payment = { paymentId: id, reference: link.reference, status: 'completed', ...money };
    expect(await till.getLink({ storeId, ...link })).toEqual({ state: 'paid', payment });
  });

  test('loses against a payment in the same moment, and says so when asked again', async () => {
    fake.breakNext(/^PUT/, () => void fake.pay(link.linkId));
    const { answer, tries } = await untilAnswered(cancel);
    expect({ answer, tries }).toEqual({ answer: 'paid', tries: ['conflict'] });
    expect(orderOf(link)?.state).toBe('OPEN');
  });

  test('waits while a payment is on its way, and then leaves the money', async () => {
    const payment = fake.pay(link.linkId, 'PENDING');
    expect(await outcome(cancel())).toBe('payment_pending');
    payment.status = 'COMPLETED';
    expect(await cancel()).toBe('paid');
  });

  test.each(FAULTS.flatMap(([fault, code]) => ['PUT', 'DELETE'].map((method) => [fault, method, code] as const)))(
    'after %s at %s is done by the next attempt',
    async (fault, method, code) => {
      till = squareTill(fake, patienceWith(fault));
      fake.breakNext(new RegExp(`^${method}`), fault);
      const { answer, tries } = await untilAnswered(cancel);
      expect({ answer, tries }).toEqual({ answer: 'cancelled', tries: [code] });
      expect(orderOf(link)?.state).toBe('CANCELED');
      expect(kept()).toEqual({ ...ONE_LINK, links: 0 });
    },
  );

  test('an order that Square never had cannot be cancelled', async () => {
    expect(await outcome(till.cancelLink({ storeId, linkId: 'x', reference: 'y' }))).toBe('unknown_link');
    expect(await outcome(till.getLink({ storeId, linkId: 'x', reference: 'y' }))).toBe('unknown_link');
  });
});

describe('asking about a link and a payment', () => {
  test('an unpaid link is open, and so is one whose payment is not settled', async () => {
    const link = await till.createLink(linkRequest());
    expect(await till.getLink({ storeId, ...link })).toEqual({ state: 'open', payment: null });
    const { id } = fake.pay(link.linkId, 'APPROVED');
    const money = { amountCents: 5010, currency: 'USD', refundedCents: 0, refundIds: [] };
    const payment = { paymentId: id, reference: link.reference, status: 'pending', ...money };
    expect(await till.getLink({ storeId, ...link })).toEqual({ state: 'open', payment });
    expect(await till.getPayment({ storeId, paymentId: id })).toEqual(payment);
  });

  test('there is no payment of an unknown id', async () => {
    expect(await till.getPayment({ storeId, paymentId: 'nobody' })).toBeNull();
  });
});

describe('a refund', () => {
  const request = linkRequest();
  let wish: Parameters<Till['refund']>[0];
  beforeEach(async () => {
    const link = await till.createLink(request);
    const { id: paymentId } = fake.pay(link.linkId);
    wish = { storeId, intentKey: 'r-1', orderId: request.orderId, paymentId, amountCents: 5010 };
  });

  test('goes to the payment once per key', async () => {
    const first = await till.refund(wish);
    expect(await till.refund(wish)).toEqual(first);
    expect([...fake.books.refunds.values()]).toMatchObject([
      {
        id: first.refundId,
        status: 'PENDING',
        payment_id: wish.paymentId,
        amount_money: { amount: 5010, currency: 'USD' },
        reason: `Refund of order ${wish.orderId}`,
      },
    ]);
    expect(first.status).toBe('pending');
    expect(await till.getPayment({ storeId, paymentId: wish.paymentId })).toMatchObject({ refundedCents: 5010 });
  });

  test.each(FAULTS)('after %s is asked for again and is one refund', async (fault, code) => {
    till = squareTill(fake, patienceWith(fault));
    fake.breakNext(/refunds/, fault);
    const { tries } = await untilAnswered(() => till.refund(wish));
    expect({ tries, refunds: kept().refunds }).toEqual({ tries: [code], refunds: 1 });
  });

  test('of more than was paid is refused for good', async () => {
    expect(await outcome(till.refund({ ...wish, amountCents: 5011 }))).toBe('not_refundable');
  });

  test('of another order’s payment, or of none, never reaches Square’s money', async () => {
    expect(await outcome(till.refund({ ...wish, orderId: linkRequest().orderId }))).toBe('unknown_payment');
    expect(await outcome(till.refund({ ...wish, paymentId: 'nobody' }))).toBe('unknown_payment');
    expect(fake.heard.filter((call) => call.includes('refunds'))).toEqual([]);
  });
});

describe('Square’s catalogue', () => {
  const look = (isbn13s: string[]) => till.lookUp({ storeId, isbn13s });

  test('knows a book by upc, else by sku, with its price and copies', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: 3 });
    fake.books.variations.set('v2', { id: 'v2', sku: EMMA, priceCents: 901, count: null });
    expect(await look([DUNE, EMMA, '9780000000002'])).toEqual([
      { isbn13: DUNE, catalogId: 'v1', priceCents: 1899, copies: 3 },
      { isbn13: EMMA, catalogId: 'v2', priceCents: 901, copies: null },
    ]);
  });

  test('sold below zero is none left', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: -2 });
    expect(await look([DUNE])).toEqual([{ isbn13: DUNE, catalogId: 'v1', priceCents: 1899, copies: 0 }]);
  });

  test('two variations of one ISBN are known as neither', async () => {
    fake.books.variations.set('v1', { id: 'v1', upc: DUNE, priceCents: 1899, count: 3 });
    fake.books.variations.set('v2', { id: 'v2', upc: DUNE, priceCents: 999, count: 1 });
    expect(await look([DUNE])).toEqual([]);
  });
});

describe('whether Square is up', () => {
  const ping = () => outcome(till.ping());
  let nowMs = 0;
  beforeEach(() => void (till = squareTill(fake, undefined, () => nowMs)));

  test('is asked of Square at most every 15 seconds', async () => {
    expect([await ping(), await ping()]).toEqual([undefined, undefined]);
    expect(fake.heard).toEqual(['GET /v2/locations/L1']);
    fake.isDown = 503;
    nowMs += 14_999;
    expect(await ping()).toBeUndefined();
    nowMs += 1;
    expect([await ping(), await ping()]).toEqual(['outage', 'outage']);
    expect(fake.heard).toHaveLength(2);
  });

  test('it is not where our token is refused', async () => {
    fake.breakNext(/locations/, 401);
    expect(await ping()).toBe('unauthorised');
  });
});

describe('what goes wrong', () => {
  test.each([
    [401, 'unauthorised'],
    [403, 'unauthorised'],
    [400, 'rejected'],
    [404, 'not_found'],
    [409, 'conflict'],
  ] as const)('%i is %s', async (status, code) => {
    fake.breakNext(/payment-links/, status);
    expect(await outcome(till.createLink(linkRequest()))).toBe(code);
  });

  test('an error carries Square’s code and none of its words', async () => {
    fake.breakNext(/payment-links/, 400);
    const error = await till.createLink(linkRequest()).catch((thrown: unknown) => thrown);
    expect(String(error)).toBe('TillRefused: the till refused: rejected (AS_TOLD)');
    expect(error).not.toHaveProperty('cause');
  });

  test('after five failures in a row Square is left alone, and asked again later', async () => {
    fake.isDown = 503;
    for (let call = 1; call <= 5; call += 1) expect(await outcome(till.createLink(linkRequest()))).toBe('outage');
    expect(await outcome(till.createLink(linkRequest()))).toBe('resting');
    expect(fake.heard).toHaveLength(5);
  });

  test('refusals do not make Square rest', async () => {
    for (let call = 1; call <= 7; call += 1) await till.getPayment({ storeId, paymentId: 'nobody' });
    expect(fake.heard).toHaveLength(7);
  });

  test('an abort ends the call with its own reason and counts for nothing', async () => {
    fake.breakNext(/payment-links/, 'hang');
    const leaving = new AbortController();
    const call = till.createLink(linkRequest(), leaving.signal);
    await expect.poll(() => fake.heard.length, { timeout: 20_000 }).toBe(1);
    leaving.abort(new Error('the state was left'));
    await expect(call).rejects.toThrow('the state was left');
    expect(await outcome(till.createLink(linkRequest(), leaving.signal))).toEqual(new Error('the state was left'));
    expect(fake.heard).toHaveLength(1);
  });

  test('no BigInt comes out', async () => {
    const link = await till.createLink(linkRequest());
    fake.pay(link.linkId);
    const state = await till.getLink({ storeId, ...link });
    expect(JSON.parse(JSON.stringify({ link, state }))).toEqual({ link, state });
  });
});

describe('showing how far an order has come', () => {
  const paid = async (given: Parameters<typeof linkRequest>[0] = {}) => {
    const link = await till.createLink(linkRequest(given));
    fake.pay(link.linkId);
    return link;
  };
  const shownAs = (link: Link) => orderOf(link)?.fulfillments.map(({ state }) => state);
  const tell = (link: Link, step: 'preparing' | 'ready' | 'handedOver' | 'calledOff', tracking: string | null = null) =>
    till.handOver({ storeId, ...link }, { step, tracking });

  test('moves its fulfilment on, and completes the order with it', async () => {
    const link = await paid();
    await tell(link, 'ready');
    expect([shownAs(link), orderOf(link)?.state]).toEqual([['PREPARED'], 'OPEN']);
    await tell(link, 'handedOver');
    expect([shownAs(link), orderOf(link)?.state]).toEqual([['COMPLETED'], 'COMPLETED']);
  });

  test('never moves it back, and writes nothing that is there already', async () => {
    const link = await paid();
    await tell(link, 'ready');
    const { version } = orderOf(link) ?? {};
    await tell(link, 'preparing');
    await tell(link, 'ready');
    expect([shownAs(link), orderOf(link)?.version]).toEqual([['PREPARED'], version]);
    await tell(link, 'handedOver');
    await tell(link, 'calledOff');
    expect(shownAs(link)).toEqual(['COMPLETED']);
  });

  test('a parcel carries its number, and the number written there is read', async () => {
    const link = await paid({ fulfillment: 'shipping', addressId: ADDRESS_ID });
    expect(await till.getTracking({ storeId, ...link })).toBeNull();
    await tell(link, 'handedOver', '9400');
    expect(await till.getTracking({ storeId, ...link })).toBe('9400');
  });

  test('whoever wrote in between is read again first', async () => {
    const link = await paid();
    fake.breakNext(/^PUT \/v2\/orders/, () => {
      const order = orderOf(link);
      if (order) fake.fulfill(order, 'RESERVED');
    });
    await tell(link, 'ready');
    expect(shownAs(link)).toEqual(['PREPARED']);
  });

  test.each(FAULTS)('through %s it is shown once the next try comes', async (fault, code) => {
    till = squareTill(fake, patienceWith(fault));
    const link = await paid();
    fake.breakNext(/^PUT \/v2\/orders/, fault);
    expect(await outcome(tell(link, 'ready'))).toBe(code);
    await tell(link, 'ready');
    expect(shownAs(link)).toEqual(['PREPARED']);
  });
});
