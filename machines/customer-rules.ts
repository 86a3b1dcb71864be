// What a customer's machine computes: which line a piece of news is, what a line is filled with. Pure, no clock.
import type { Address, FoundBook, ShownBook } from '../schema/acts.ts';
import { FOUND_MAX, OFFERS_MAX, OPEN_ORDERS_MAX } from '../schema/customer.ts';
import type { CustomerContext, OpenOrder, Speech } from '../schema/customer.ts';
import type { OrderInput, OrderNews } from '../schema/order.ts';

type With = Extract<Speech, { line: string }>['with'];

/** Shown books put before the ones that were shown earlier, each once, at most `OFFERS_MAX`. */
export function withShown(offers: ShownBook[], shown: ShownBook[]): ShownBook[] {
  const fresh = new Set(shown.map(({ isbn13 }) => isbn13));
  return [...shown, ...offers.filter(({ isbn13 }) => !fresh.has(isbn13))].slice(0, OFFERS_MAX);
}

/** The same for books of the world, at most `FOUND_MAX`. */
export function withFound(known: FoundBook[], found: FoundBook[]): FoundBook[] {
  const fresh = new Set(found.map(({ isbn13 }) => isbn13));
  return [...found, ...known.filter(({ isbn13 }) => !fresh.has(isbn13))].slice(0, FOUND_MAX);
}

/** The offers in their order, a book that was looked up as it is now. */
export function withQuoted(offers: ShownBook[], quoted: ShownBook): ShownBook[] {
  return offers.map((offer) => (offer.isbn13 === quoted.isbn13 ? quoted : offer));
}

/** The title of the book that is wanted, wherever it was heard of; null where nobody named it. */
export function titleOfWanted({ wanted, chosen, elsewhere, offers, found }: CustomerContext): string | null {
  const known = [...(chosen ? [chosen] : []), ...(elsewhere ? [elsewhere] : []), ...offers, ...found];
  return known.find(({ isbn13 }) => isbn13 === wanted)?.title ?? null;
}

/** The lines that tell how a book which is not on the shelf can be had, the question last. */
export function waysTo({ elsewhere }: CustomerContext): Array<{ line: string; facts: With }> {
  if (elsewhere === null) return [];
  const { title, url, isAffiliate, special } = elsewhere;
  const link = { line: isAffiliate ? 'missing.link' : 'missing.plainLink', facts: { title, url } };
  if (special === null) return [link, { line: 'missing.wait', facts: {} }];
  return [link, { line: 'missing.special', facts: special }];
}

/** "Dune", "Dune or Ubik", "Dune, Ubik or Hyperion". */
export function oneOf(titles: string[]): string {
  const last = titles.at(-1) ?? '';
  return titles.length < 2 ? last : `${titles.slice(0, -1).join(', ')} or ${last}`;
}

/** What may fill the line that names the chosen book. Cents are for the copies wanted, before tax and shipping. */
export function aboutBook({ chosen, copies }: CustomerContext): With {
  if (chosen === null) return { title: 'that one' };
  const { title, priceCents } = chosen;
  return { title, copies, priceCents, totalCents: priceCents * copies };
}

/** The order that a customer's own choices amount to, or null while something is missing. */
export function orderOf(customer: CustomerContext, orderId: string, key: string): OrderInput | null {
  const { chosen, copies, fulfillment, currency } = customer;
  if (chosen === null || fulfillment === null) return null;
  const { isbn13, title, priceCents } = chosen;
  const addressId = fulfillment === 'shipping' ? customer.addressId : null;
  return { orderId, customer: key, lines: [{ isbn13, title, copies, priceCents }], fulfillment, addressId, currency };
}

/** Which phase an order is in once it has told this; a hold is ready before it is paid, an order by link after. */
const PHASES = {
  'order.linkDelayed': 'opening',
  'order.linkReady': 'unpaid',
  'order.reminder': 'unpaid',
  'order.paymentFailed': 'unpaid',
  'order.cancelDelayed': 'unpaid',
  'order.toOrder': 'held',
  'order.ordered': 'held',
  'order.held': 'held',
  'order.holdReminder': 'held',
  'order.paid': 'paid',
  'order.ready': 'as before',
  'order.shipped': 'paid',
  'order.cancelAsked': 'paid',
  'order.refundFailed': 'paid',
  'order.refused': 'over',
  'order.lapsed': 'over',
  'order.holdLapsed': 'over',
  'order.pickedUp': 'over',
  'order.delivered': 'over',
  'order.cancelled': 'over',
  'order.refundPending': 'over',
  'order.refunded': 'over',
} as const satisfies Record<OrderNews['type'], OpenOrder['phase'] | 'as before' | 'over'>;

/** The open orders after this news: the order moves to its new phase, or is gone. One that was forgotten and is ready is taken for paid. */
export function openOrdersAfter(orders: OpenOrder[], { orderId, type }: OrderNews): OpenOrder[] {
  const phase = PHASES[type];
  if (phase === 'over') return orders.filter((order) => order.orderId !== orderId);
  const known = orders.find((order) => order.orderId === orderId);
  const next = phase === 'as before' ? (known?.phase ?? 'paid') : phase;
  if (!known) return withOpened(orders, { orderId, phase: next });
  return orders.map((order) => (order === known ? { orderId, phase: next } : order));
}

/** A new order put after the others; the oldest is forgotten beyond `OPEN_ORDERS_MAX`. */
export function withOpened(orders: OpenOrder[], order: OpenOrder): OpenOrder[] {
  return [...orders, order].slice(-OPEN_ORDERS_MAX);
}

/** What "cancel it" means outside of a sale: the newest order that costs nothing to cancel, else the newest paid one. */
export function cancellable(orders: OpenOrder[]): OpenOrder | null {
  const newest = orders.toReversed();
  return newest.find(({ phase }) => phase !== 'paid') ?? newest[0] ?? null;
}

const REFUSAL_LINES = {
  sold_out: 'order.refused.soldOut',
  price_changed: 'order.refused.priceChanged',
  trouble: 'order.refused.trouble',
  unavailable: 'order.refused.unavailable',
} as const;

const ASKING_LINES: ReadonlySet<string> = new Set([
  'waitlist.back',
  'order.lapsed',
  'order.holdLapsed',
  ...Object.values(REFUSAL_LINES),
]);

/** Whether an event is news from an order. */
export function isNews(event: { type: string }): event is OrderNews {
  return Object.hasOwn(PHASES, event.type);
}

/** The line that tells a piece of news. */
export function lineOf(news: OrderNews): string {
  if (news.type === 'order.refused') return REFUSAL_LINES[news.code];
  if (news.type === 'order.held' && news.arrived === true) return 'order.arrived';
  if (news.type === 'order.cancelDelayed' && news.again === true) return 'order.cancelDelayed.again';
  if (news.type === 'order.refunded' && news.byHand === true) return 'order.refunded.byHand';
  if (news.type === 'order.paid') return `order.paid.${news.fulfillment}`;
  if (news.type === 'order.shipped' && news.tracking !== undefined) return 'order.shipped.tracked';
  return news.type;
}

/** Whether a line asks if they still want its book, or invites them to say so: their next yes may be for that one. */
export function asksForBook(line: string): boolean {
  return ASKING_LINES.has(line);
}

/** What fills it: everything it says but ids and codes; instants are named `untilMs`. */
export function factsOf(news: OrderNews): With {
  const { title } = news;
  switch (news.type) {
    case 'order.linkReady':
      return {
        title,
        url: news.url,
        totalCents: news.totalCents,
        taxCents: news.taxCents,
        shippingCents: news.shippingCents,
      };
    case 'order.held':
    case 'order.holdReminder':
      return { title, untilMs: news.until };
    case 'order.reminder':
    case 'order.paymentFailed':
      return { title, url: news.url };
    case 'order.paid':
      return { title, totalCents: news.totalCents };
    case 'order.refunded':
      return { title, amountCents: news.amountCents };
    case 'order.shipped':
      return news.tracking === undefined ? { title } : { title, tracking: news.tracking };
    default:
      return { title };
  }
}

/** The address of the event that led to its check. */
export function addressOf(event: { type: string; address?: Address }): Address {
  if (event.address === undefined) throw new Error(`"${event.type}" carries no address to check`);
  return event.address;
}
