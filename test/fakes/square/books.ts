// What the fake Square keeps, in Square's own wire format: orders, links, payments, refunds, variations, counts.
// Sums are done here as Square does them: the caller says lines, rates and charges, never a total.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const Money = z.strictObject({ amount: z.int().nonnegative(), currency: z.string().length(3) });
export type Money = z.infer<typeof Money>;

const Address = z.strictObject({
  address_line_1: z.string(),
  address_line_2: z.string().optional(),
  locality: z.string(),
  administrative_district_level_1: z.string().length(2),
  postal_code: z.string(),
  country: z.literal('US'),
});
const Recipient = z.strictObject({ display_name: z.string().min(1).max(255), address: Address.optional() });
const ShipmentDetails = z.strictObject({ recipient: Recipient.required({ address: true }) });
const Fulfillment = z.strictObject({
  type: z.enum(['PICKUP', 'SHIPMENT']),
  state: z.literal('PROPOSED'),
  pickup_details: z
    .strictObject({ recipient: Recipient, schedule_type: z.literal('ASAP'), prep_time_duration: z.literal('PT24H') })
    .optional(),
  shipment_details: ShipmentDetails.optional(),
});
const Line = z.union([
  z.strictObject({
    name: z.string().min(1).max(512),
    quantity: z.string().regex(/^[1-9]\d*$/),
    base_price_money: Money,
    note: z.string().max(2000),
  }),
  z.strictObject({ catalog_object_id: z.string().min(1), quantity: z.string().regex(/^[1-9]\d*$/) }),
]);
const Tax = z.strictObject({
  uid: z.string(),
  name: z.string(),
  type: z.literal('ADDITIVE'),
  scope: z.literal('ORDER'),
  percentage: z.string().regex(/^\d+(?:\.\d+)?$/),
});
const Charge = z.strictObject({
  uid: z.string(),
  name: z.string(),
  amount_money: Money,
  calculation_phase: z.literal('SUBTOTAL_PHASE'),
  taxable: z.literal(false),
});

/** An order as it may be asked for. Strict where the real one would drop a key without a word. */
export const OrderDraft = z.strictObject({
  location_id: z.string(),
  reference_id: z.string().max(40),
  customer_id: z.string().optional(),
  line_items: z.array(Line).min(1),
  taxes: z.array(Tax).optional(),
  service_charges: z.array(Charge).optional(),
  fulfillments: z.array(Fulfillment).length(1),
});
export type OrderDraft = z.infer<typeof OrderDraft>;

/** A line as it comes back: one of the catalogue has its item's name. */
type SoldLine = {
  quantity: string;
  name?: string;
  note?: string;
  catalog_object_id?: string;
  base_price_money?: Money;
};
export type Order = Omit<OrderDraft, 'fulfillments' | 'line_items' | 'reference_id'> & {
  reference_id?: string;
  line_items: SoldLine[];
  id: string;
  version: number;
  state: 'DRAFT' | 'OPEN' | 'COMPLETED' | 'CANCELED';
  fulfillments: OrderFulfillment[];
  created_at: string;
  closed_at?: string;
  refunds?: object[];
  tenders?: Array<{ id: string; type: 'CARD'; amount_money: Money; payment_id: string }>;
  total_money: Money;
  total_tax_money: Money;
  total_service_charge_money: Money;
};
export type FulfillmentState = 'PROPOSED' | 'RESERVED' | 'PREPARED' | 'COMPLETED' | 'CANCELED' | 'FAILED';
type OrderFulfillment = Omit<z.infer<typeof Fulfillment>, 'state' | 'shipment_details'> & {
  uid: string;
  state: FulfillmentState;
  shipment_details?: (z.infer<typeof ShipmentDetails> & { tracking_number?: string }) | undefined;
};
export type PaymentLink = { id: string; version: number; order_id: string; url: string; long_url: string };
export type PaymentStatus = 'APPROVED' | 'PENDING' | 'COMPLETED' | 'CANCELED' | 'FAILED';
export type Payment = {
  id: string;
  order_id: string;
  status: PaymentStatus;
  amount_money: Money;
  total_money: Money;
  refunded_money?: Money;
  refund_ids?: string[];
  location_id: string;
};
export type RefundStatus = 'PENDING' | 'COMPLETED' | 'REJECTED' | 'FAILED';
export type Refund = {
  id: string;
  status: RefundStatus;
  payment_id: string;
  location_id: string;
  amount_money: Money;
  reason: string;
  updated_at: string;
};
/** `count` null: Square keeps no inventory of it. `name` is its item's; `priceCents` null: asked for at the counter. */
export type Variation = {
  id: string;
  upc?: string;
  sku?: string;
  name?: string;
  priceCents: number | null;
  count: number | null;
  /** When this was changed last; a search from a later time does not find it. */
  updatedAt?: string;
  isDeleted?: boolean;
};
export type Customer = { id: string; phone_number: string; reference_id?: string };

type Location = {
  id: string;
  status: 'ACTIVE' | 'INACTIVE';
  name: string;
  currency: string;
  merchant_id: string;
  capabilities?: string[];
};

export class SquareBooks {
  readonly orders = new Map<string, Order>();
  readonly links = new Map<string, PaymentLink>();
  readonly payments = new Map<string, Payment>();
  readonly refunds = new Map<string, Refund>();
  /** When money came, by order. */
  readonly paidAt = new Map<string, string>();
  readonly variations = new Map<string, Variation>();
  readonly customers = new Map<string, Customer>();
  /** Where the token may sell; nobody else's are told of. */
  locations: Location[] = [
    {
      id: 'L1',
      status: 'ACTIVE',
      name: 'The shop',
      currency: 'USD',
      merchant_id: 'merchant-1',
      capabilities: ['CREDIT_CARD_PROCESSING'],
    },
  ];
  /** Every inventory change that was asked for and done, in order. */
  readonly changes: object[] = [];
  /** Called with each refund that was made. */
  onRefund: (refund: Refund) => void = () => undefined;
  /** Called with each variation whose count has moved. */
  onCount: (variation: Variation) => void = () => undefined;

  location(id: string): Location | undefined {
    return this.locations.find((one) => one.id === id);
  }

  /** Null where a line names a variation that is not there. */
  order(draft: OrderDraft): Order | null {
    const prices = draft.line_items.map((line) => this.#lineCents(line));
    if (prices.some((cents) => cents === null)) return null;
    const goods = prices.reduce<number>((sum, cents) => sum + (cents ?? 0), 0);
    const tax = (draft.taxes ?? []).reduce((sum, one) => sum + Math.round((goods * Number(one.percentage)) / 100), 0);
    const charges = (draft.service_charges ?? []).reduce((sum, one) => sum + one.amount_money.amount, 0);
    const order: Order = {
      ...draft,
      id: `order-${randomUUID()}`,
      version: 1,
      state: 'DRAFT',
      line_items: draft.line_items.map((line) =>
        'name' in line ? line : { ...this.#named(line.catalog_object_id), ...line },
      ),
      fulfillments: draft.fulfillments.map((one) => ({ uid: randomUUID(), ...one })),
      created_at: new Date().toISOString(),
      total_money: usd(goods + tax + charges),
      total_tax_money: usd(tax),
      total_service_charge_money: usd(charges),
    };
    this.orders.set(order.id, order);
    return order;
  }

  #lineCents(line: OrderDraft['line_items'][number]): number | null {
    const each =
      'name' in line ? line.base_price_money.amount : this.variations.get(line.catalog_object_id)?.priceCents;
    return each === undefined || each === null ? null : each * Number(line.quantity);
  }

  link(order: Order, base: string): PaymentLink {
    const id = `link-${randomUUID()}`;
    const url = `${base}/l/${id}`;
    const link = { id, version: 1, order_id: order.id, url, long_url: url };
    this.links.set(id, link);
    return link;
  }

  /** Money arrives on an order; where it is settled, Square counts its own copies down. */
  pay(order: Order, status: PaymentStatus): Payment {
    const id = `payment-${randomUUID()}`;
    const { total_money, location_id } = order;
    const payment = { id, order_id: order.id, status, amount_money: total_money, total_money, location_id };
    this.payments.set(id, payment);
    const tender = { id, type: 'CARD' as const, amount_money: order.total_money, payment_id: id };
    order.tenders = [...(order.tenders ?? []), tender];
    this.paidAt.set(order.id, new Date().toISOString());
    order.version += 1;
    if (status === 'COMPLETED') this.#settle(order);
    return payment;
  }

  /** Money goes back. @returns null where more would go back than is left */
  refund(payment: Payment, { amount }: Money, reason: string): Refund | null {
    const refunded = (payment.refunded_money?.amount ?? 0) + amount;
    if (refunded > payment.amount_money.amount) return null;
    const { id: payment_id, location_id } = payment;
    const id = `refund-${randomUUID()}`;
    const updated_at = new Date().toISOString();
    const made: Refund = {
      id,
      status: 'PENDING',
      payment_id,
      location_id,
      amount_money: usd(amount),
      reason,
      updated_at,
    };
    this.refunds.set(id, made);
    payment.refunded_money = usd(refunded);
    payment.refund_ids = [...(payment.refund_ids ?? []), id];
    this.onRefund(made);
    return made;
  }

  /** The bank makes up its mind; what it will not take is at the shop again. */
  settleRefund(refund: Refund, status: RefundStatus): void {
    Object.assign(refund, { status, updated_at: new Date().toISOString() });
    const payment = this.payments.get(refund.payment_id);
    if (!payment || status === 'PENDING' || status === 'COMPLETED') return;
    payment.refunded_money = usd((payment.refunded_money?.amount ?? 0) - refund.amount_money.amount);
  }

  #settle(order: Order): void {
    order.state = 'OPEN';
    for (const line of order.line_items) {
      const variation = this.variations.get(line.catalog_object_id ?? '');
      if (variation) this.move(variation, -Number(line.quantity));
    }
  }

  /** Somebody pays and leaves with it. @param customerId whom the counter put on the sale */
  sellAtCounter(locationId: string, lines: SoldLine[], customerId?: string): Order {
    const id = `order-${randomUUID()}`;
    const at = new Date().toISOString();
    const price = usd(lines.reduce((sum, line) => sum + this.#soldCents(line), 0));
    const order: Order = {
      id,
      location_id: locationId,
      ...(customerId === undefined ? {} : { customer_id: customerId }),
      version: 3,
      state: 'COMPLETED',
      line_items: lines.map((line) => ({ ...this.#named(line.catalog_object_id), ...line })),
      fulfillments: [],
      created_at: at,
      closed_at: at,
      tenders: [
        { id: `payment-${randomUUID()}`, type: 'CARD', amount_money: price, payment_id: `payment-${randomUUID()}` },
      ],
      total_money: price,
      total_tax_money: usd(0),
      total_service_charge_money: usd(0),
    };
    this.orders.set(id, order);
    for (const line of lines) {
      const variation = this.variations.get(line.catalog_object_id ?? '');
      if (variation) this.move(variation, -Number(line.quantity));
    }
    return order;
  }

  #named(variationId: string | undefined): { name?: string } {
    const name = this.variations.get(variationId ?? '')?.name;
    return name === undefined ? {} : { name };
  }

  #soldCents({ catalog_object_id, base_price_money, quantity }: SoldLine): number {
    const each = this.variations.get(catalog_object_id ?? '')?.priceCents ?? base_price_money?.amount ?? 0;
    return each * Number(quantity);
  }

  /** So many copies more, or fewer, where they are counted. */
  move(variation: Variation, copies: number): void {
    if (variation.count === null) return;
    variation.count += copies;
    this.onCount(variation);
  }
}

export function usd(amount: number): Money {
  return { amount, currency: 'USD' };
}
