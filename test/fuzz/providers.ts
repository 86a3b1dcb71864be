// Every provider that we ask, each as our own client asks it, with a bending proxy between the client and the provider's fake.
import { createClaudeClient } from '../../src/brain/claude/client.ts';
import type { Tokens } from '../../src/brain/claude/client.ts';
import { converse } from '../../src/brain/claude/converse.ts';
import { ClaudeFailure } from '../../src/brain/claude/failure.ts';
import { hardcover } from '../../src/catalogue/sources/hardcover.ts';
import { openLibrary } from '../../src/catalogue/sources/open-library.ts';
import { SourceTrouble } from '../../src/catalogue/sources/source.ts';
import type { BookSource } from '../../src/catalogue/sources/source.ts';
import { SendFailed } from '../../src/channels/channel.ts';
import type { SendRequest } from '../../src/channels/channel.ts';
import { smobiChannel } from '../../src/channels/smobi.ts';
import { twilioChannel } from '../../src/channels/twilio.ts';
import { findCustomer, makeCustomer } from '../../src/commerce/square/customers.ts';
import { SquareTrouble } from '../../src/commerce/square/trouble.ts';
import { listLocations } from '../../src/commerce/square/locations.ts';
import type { SquareShop } from '../../src/commerce/square/square-shop.ts';
import { TillRefused } from '../../src/commerce/till.ts';
import { bookOf, testShelf } from '../brain/shelf.ts';
import { offered, situation } from '../brain/situations.ts';
import { DUNE } from '../commerce/shop.ts';
import { linkRequest, squareShop } from '../commerce/square-counter.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import { FakeHardcover } from '../fakes/hardcover.ts';
import { FakeOpenLibrary } from '../fakes/open-library.ts';
import { FakeSmobi } from '../fakes/smobi.ts';
import { FakeSquare } from '../fakes/square.ts';
import { FakeTwilio } from '../fakes/twilio.ts';
import { BendingProxy } from './bending-proxy.ts';

/** One way to ask it. Each time with a client of its own, so that no breaker keeps a question from the provider. */
type Call = () => Promise<unknown>;
type Failure = abstract new (...given: never[]) => Error & { code: string };

/** `declared`: all that its client throws, but for an abort by the caller. */
export type Provider = {
  proxy: BendingProxy;
  calls: Record<string, Call>;
  declared: Failure[];
  stop: () => Promise<void>;
};

/** After so long our clients give up (ms). */
export const PATIENCE_MS = 400;

export async function square(): Promise<Provider> {
  const fake = await new FakeSquare().start();
  const proxy = await new BendingProxy(fake.url).start();
  const straight = squareShop(fake).till;
  const open = await straight.createLink(linkRequest());
  const order = linkRequest();
  const paid = await straight.createLink(order);
  const { id: paymentId } = fake.pay(paid.linkId);
  const refund = { storeId: 1, intentKey: 'a-refund', orderId: order.orderId, paymentId, amountCents: 100 };
  const { refundId } = await straight.refund(refund);
  const at = <Answer>(ask: (shop: SquareShop) => Promise<Answer>) =>
    ask(squareShop(fake, { baseUrl: proxy.url, timeoutMs: PATIENCE_MS }));
  const storeId = 1;
  return {
    proxy,
    declared: [SquareTrouble, TillRefused],
    calls: {
      createLink: () => at(({ till }) => till.createLink(linkRequest())),
      getLink: () => at(({ till }) => till.getLink({ storeId, ...paid })),
      cancelLink: () => at(({ till }) => till.cancelLink({ storeId, ...open })),
      getPayment: () => at(({ till }) => till.getPayment({ storeId, paymentId })),
      refund: () => at(({ till }) => till.refund(refund)),
      getRefund: () => at(({ till }) => till.getRefund({ storeId, refundId })),
      refundsSince: () => at(({ till }) => till.refundsSince({ storeId, since: new Date(0) })),
      getTracking: () => at(({ till }) => till.getTracking({ storeId, ...paid })),
      handOver: () => at(({ till }) => till.handOver({ storeId, ...paid }, { step: 'ready', tracking: null })),
      lookUp: () => at(({ till }) => till.lookUp({ storeId, isbn13s: [DUNE] })),
      ping: () => at(({ till }) => till.ping()),
      listLocations: () => at(({ place }) => listLocations(place.square)),
      findCustomer: () => at(({ place }) => findCustomer(place.square, '+12015550123')),
      makeCustomer: () => at(({ place }) => makeCustomer(place.square, { phone: '+12015550123', actorKey: 'a' })),
    },
    stop: () => stopBoth(proxy, fake.stop()),
  };
}

async function stopBoth(proxy: BendingProxy, fake: Promise<unknown>): Promise<void> {
  await Promise.all([proxy.stop(), fake]);
}

const bubble = (over: Partial<SendRequest> = {}): SendRequest => ({
  to: '+12015550123',
  from: null,
  text: 'hi',
  reference: '1-a',
  rich: false,
  suggestions: ['yes', 'no'],
  cards: [],
  signal: new AbortController().signal,
  ...over,
});

export async function smobi(): Promise<Provider> {
  const fake = await new FakeSmobi().start();
  const proxy = await new BendingProxy(fake.url).start();
  const channel = () =>
    smobiChannel({ apiUrl: proxy.url, apiKey: fake.key, from: '+12015550199', timeoutMs: PATIENCE_MS });
  return {
    proxy,
    declared: [SendFailed],
    calls: {
      send: () => channel().send(bubble()),
      sendRich: () => channel().send(bubble({ rich: true })),
    },
    stop: () => stopBoth(proxy, fake.stop()),
  };
}

export async function twilio(): Promise<Provider> {
  const fake = await new FakeTwilio().start();
  const proxy = await new BendingProxy(fake.url).start();
  const { accountSid, authToken } = fake;
  const channel = () => {
    const sender = { from: '+12015550199' };
    return twilioChannel({
      accountSid,
      authToken,
      sender,
      baseUrl: proxy.url,
      statusCallback: null,
      timeoutMs: PATIENCE_MS,
    });
  };
  const search = { sinceMs: Date.now(), known: new Set<string>() };
  return {
    proxy,
    declared: [SendFailed],
    calls: {
      send: () => channel().send(bubble()),
      sendRich: () => channel().send(bubble({ rich: true })),
      find: async () => channel().find?.(bubble(), search),
    },
    stop: () => stopBoth(proxy, fake.stop()),
  };
}

export async function bookSources(kind: 'hardcover' | 'openLibrary'): Promise<Provider> {
  const fake = kind === 'hardcover' ? new FakeHardcover() : new FakeOpenLibrary();
  const isbn13 = '9781635575637';
  fake.books = [{ isbns: [isbn13], title: 'Piranesi', authors: ['Susanna Clarke'], year: 2020 }];
  await fake.service.start();
  const proxy = await new BendingProxy(fake.service.url).start();
  const source = (): BookSource =>
    fake instanceof FakeHardcover
      ? hardcover({ apiKey: fake.token, apiUrl: `${proxy.url}/v1/graphql`, expiresAt: null })
      : openLibrary({ contact: 'shop@example.org', apiUrl: proxy.url });
  return {
    proxy,
    declared: [SourceTrouble],
    calls: {
      words: () => source().ask({ words: 'piranesi by susanna clarke' }, AbortSignal.timeout(PATIENCE_MS)),
      isbn: () => source().ask({ isbn13 }, AbortSignal.timeout(PATIENCE_MS)),
    },
    stop: () => stopBoth(proxy, fake.service.stop()),
  };
}

export async function claude(): Promise<Provider> {
  const fake = await startFakeAnthropic();
  const proxy = await new BendingProxy(fake.url).start();
  const { isbn13 } = bookOf('Dune');
  const answer = {
    act: 'customer.asked',
    isbn13: null,
    copies: null,
    isbn13s: [],
    address: null,
    bubbles: ['try Dune by frank herbert, $10.99.', 'sand and politics.'],
    books: [isbn13],
    confidence: 0.9,
  };
  const tools = { tools: [{ name: 'search_books', input: { query: 'dune' } }] };
  fake.answer(({ messages }) =>
    JSON.stringify(messages).includes('tool_result') ? { text: JSON.stringify(answer) } : tools,
  );
  const ask = (begin?: () => Promise<boolean>) => {
    const client = createClaudeClient({ apiKey: 'test-key', baseUrl: proxy.url, model: 'claude-test' });
    const conversing = { client, shelf: testShelf(), persona: 'you are marty.', spend, begin };
    return converse(
      conversing,
      situation('something like dune', { offers: offered('Dune') }),
      AbortSignal.timeout(PATIENCE_MS),
    );
  };
  return {
    proxy,
    declared: [ClaudeFailure],
    calls: { whole: () => ask(), stream: () => ask(() => Promise.resolve(true)) },
    stop: () => stopBoth(proxy, fake.close()),
  };
}

/** As the budget keeps them: whole numbers, and none below nothing. */
function spend(tokens: Tokens): Promise<void> {
  const isCount = (count: number) => Number.isSafeInteger(count) && count >= 0;
  if (!Object.values(tokens).every(isCount)) throw new Error('what was spent is no number of tokens');
  return Promise.resolve();
}
