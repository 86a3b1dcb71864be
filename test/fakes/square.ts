// A Square that answers like the real one, on a real port: idempotency keys, versions, its own sums, signed webhooks,
// and faults to switch on.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { refuse } from './square/answers.ts';
import type { Answer } from './square/answers.ts';
import { SquareBooks, usd } from './square/books.ts';
import type {
  Customer,
  FulfillmentState,
  Order,
  Payment,
  PaymentStatus,
  Refund,
  RefundStatus,
  Variation,
} from './square/books.ts';
import { payPage } from './square/pay-page.ts';
import { routes } from './square/routes.ts';
import { countEvent, eventsOf, fulfillmentEvent, refundEvents } from './square/webhooks.ts';
import type { SquareEvent } from './square/webhooks.ts';

/**
 * `lost_answer`: does it and cuts the connection. `hang`: does it and never answers. `cut`: does nothing and cuts.
 * `html`: does it and answers 200 with a page. A number: that status, and nothing is done. A function: happens first.
 * `lies`: does it and answers with what this makes of the answer.
 */
export type SquareFault =
  'lost_answer' | 'hang' | 'cut' | 'html' | number | (() => void) | { lies: (answer: Answer) => Answer };

export class FakeSquare {
  readonly accessToken = 'square-test-token';
  readonly locationId = 'L1';
  readonly signatureKey = 'square-signature-key';
  readonly books = new SquareBooks();
  /** Every request that arrived, as "POST /v2/refunds". */
  readonly heard: string[] = [];
  /** What Square still has to tell; nothing is sent by itself. */
  readonly outbox: SquareEvent[] = [];
  /** Each request that changes something meets it the first time that it comes. */
  plague: SquareFault | null = null;
  readonly #plagued = new Set<string>();
  /** While set, every request meets it. */
  isDown: SquareFault | null = null;
  readonly #faults: Array<{ on: RegExp; fault: SquareFault }> = [];
  readonly #answered = new Map<string, { request: string; answer: Answer }>();
  #url = '';
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor() {
    this.books.onRefund = (refund) => this.#tellOf('refund.created', refund);
    this.books.onCount = ({ id, count }) => this.outbox.push(countEvent(id, count ?? 0, this.locationId));
  }

  get url(): string {
    return this.#url;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the fake Square has no port');
    this.#url = `http://127.0.0.1:${address.port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The next request that fits meets the fault, once. @param on of "POST /v2/refunds" */
  breakNext(on: RegExp, fault: SquareFault): void {
    this.#faults.push({ on, fault });
  }

  /** Somebody pays on the hosted page. Throws where the page would say that the link is closed. */
  pay(linkId: string, status: PaymentStatus = 'COMPLETED'): Payment {
    const order = this.books.orders.get(this.books.links.get(linkId)?.order_id ?? '');
    if (!order || order.state === 'CANCELED' || this.#isPaid(order)) throw new Error('this link takes no money');
    const payment = this.books.pay(order, status);
    this.outbox.push(...eventsOf(order, payment));
    return payment;
  }

  /** The bank makes up its mind. */
  settleRefund(id: string, status: RefundStatus): void {
    const refund = this.books.refunds.get(id);
    if (!refund) throw new Error('there is no such refund');
    this.books.settleRefund(refund, status);
    this.#tellOf('refund.updated', refund);
  }

  /** Somebody gives money back in the dashboard. @param amountCents all that is left of the payment where it is left out */
  giveBack(paymentId: string, amountCents?: number): Refund {
    const payment = this.books.payments.get(paymentId);
    if (!payment) throw new Error('there is no such payment');
    const left = payment.amount_money.amount - (payment.refunded_money?.amount ?? 0);
    const refund = this.books.refund(payment, usd(amountCents ?? left), 'Returned Goods');
    if (!refund) throw new Error('the dashboard gives back no more than was paid');
    return refund;
  }

  #tellOf(type: 'refund.created' | 'refund.updated', refund: Refund): void {
    const payment = this.books.payments.get(refund.payment_id);
    if (payment) this.outbox.push(...refundEvents(type, refund, payment));
  }

  /** Somebody works on an order in the dashboard. */
  fulfill(order: Order, state: FulfillmentState, tracking?: string): void {
    const [first] = order.fulfillments;
    if (!first) throw new Error('this order has nothing to hand over');
    const old = first.state;
    first.state = state;
    if (tracking !== undefined && first.shipment_details) first.shipment_details.tracking_number = tracking;
    order.version += 1;
    this.outbox.push(fulfillmentEvent(order, first.uid, old, state));
  }

  /** Somebody buys it at the counter. */
  sellAtCounter({ id }: Variation, copies = 1, customer?: Customer): Order {
    const line = { catalog_object_id: id, quantity: String(copies) };
    return this.books.sellAtCounter(this.locationId, [line], customer?.id);
  }

  /** The counter makes a record of somebody. */
  addCustomer(phone: string): Customer {
    const customer = { id: `customer-${randomUUID()}`, phone_number: phone };
    this.books.customers.set(customer.id, customer);
    return customer;
  }

  #isPaid({ id }: Order): boolean {
    return [...this.books.payments.values()].some(
      (payment) => payment.order_id === id && payment.status === 'COMPLETED',
    );
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const what = `${request.method} ${request.url}`;
    this.heard.push(what);
    const text = await bodyOf(request);
    const page = /^(GET|POST) \/l\/([^/]+)$/.exec(what);
    if (page) return this.#showPage(response, page[2] ?? '', page[1] === 'POST');
    const fault = this.#faultFor(what) ?? this.#plagueOf(what, text);
    if (typeof fault === 'function') fault();
    if (fault === 'cut') return void request.socket.destroy();
    if (typeof fault === 'number') return reply(response, refuse(fault, categoryOf(fault), 'AS_TOLD'));
    if (request.headers.authorization !== `Bearer ${this.accessToken}`) {
      return reply(response, refuse(401, 'AUTHENTICATION_ERROR', 'UNAUTHORIZED'));
    }
    const answer = this.#once(what, text);
    if (fault === 'lost_answer') return void request.socket.destroy();
    if (fault === 'hang') return;
    if (fault === 'html') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>ok</p>');
    reply(response, typeof fault === 'object' && fault !== null ? fault.lies(answer) : answer);
  }

  /** Where a payment link leads: the customer presses the button, once. */
  #showPage(response: ServerResponse, linkId: string, isPressed: boolean): void {
    const order = this.books.orders.get(this.books.links.get(linkId)?.order_id ?? '');
    if (order && isPressed && !this.#isPaid(order)) this.pay(linkId);
    const [status, page] = payPage(order ?? null, order !== undefined && this.#isPaid(order));
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  }

  #faultFor(what: string): SquareFault | null {
    if (this.isDown !== null) return this.isDown;
    const at = this.#faults.findIndex(({ on }) => on.test(what));
    const [met] = at < 0 ? [] : this.#faults.splice(at, 1);
    return met?.fault ?? null;
  }

  #plagueOf(what: string, text: string): SquareFault | null {
    const request = `${what} ${text}`;
    if (this.plague === null || !WRITES.test(what) || this.#plagued.has(request)) return null;
    this.#plagued.add(request);
    return this.plague;
  }

  /** The same key and body get the first answer again; the same key and another body are refused. */
  #once(what: string, text: string): Answer {
    const key = z.object({ idempotency_key: z.string() }).safeParse(parseJson(text)).data?.idempotency_key;
    if (key === undefined) return this.#answer(what, text);
    const known = this.#answered.get(key);
    if (known)
      return known.request === text ? known.answer : refuse(400, 'INVALID_REQUEST_ERROR', 'IDEMPOTENCY_KEY_REUSED');
    const answer = this.#answer(what, text);
    if (answer.status === 200) this.#answered.set(key, { request: text, answer: structuredClone(answer) });
    return answer;
  }

  #answer(what: string, text: string): Answer {
    const place = { books: this.books, url: this.#url, locationId: this.locationId };
    for (const { on, answer } of routes) {
      const [whole, ...params] = on.exec(what) ?? [];
      if (whole !== undefined) return guarded(() => answer(place, params, parseJson(text)));
    }
    return refuse(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND');
  }
}

const WRITES =
  /^(?:PUT|DELETE)|^POST \/v2\/(?:customers|refunds|online-checkout\/payment-links|inventory\/changes\/batch-create)$/;

/** A body that Square would not take is refused as Square refuses it. */
function guarded(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof z.ZodError) return refuse(400, 'INVALID_REQUEST_ERROR', 'INVALID_VALUE');
    throw error;
  }
}

function categoryOf(status: number): string {
  if (status === 429) return 'RATE_LIMIT_ERROR';
  if (status === 401 || status === 403) return 'AUTHENTICATION_ERROR';
  return status >= 500 ? 'API_ERROR' : 'INVALID_REQUEST_ERROR';
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

function parseJson(text: string): unknown {
  return text === '' ? null : JSON.parse(text);
}

function reply(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
