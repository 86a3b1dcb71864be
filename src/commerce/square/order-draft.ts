// An order in Square's form. Made of the frozen request, the customer and the address alone, so every attempt sends the same one.
import type { Square } from 'square';
import type { Address } from '../../../schema/acts.ts';
import type { LinkRequest } from '../till.ts';
import { currencyOf } from './currency.ts';

/** The longest name that a line may have; Square takes 512 characters. */
const NAME_MAX = 500;

/** @param whose `address`: where it is shipped to; null for an order to be picked up */
export function draftOrder(
  request: LinkRequest,
  locationId: string,
  { customerId, address }: { customerId: string | null; address: Address | null },
): Square.Order {
  const { orderId, lines, taxRatePpm, shippingCents } = request;
  const money = moneyOf(request.currency);
  return {
    locationId,
    referenceId: orderId,
    ...(customerId === null ? {} : { customerId }),
    lineItems: lines.map((line) => lineOf(line, money)),
    ...(taxRatePpm > 0 ? { taxes: [salesTax(taxRatePpm)] } : {}),
    ...(shippingCents > 0 ? { serviceCharges: [shippingCharge(money(shippingCents))] } : {}),
    fulfillments: [address ? shipment(address) : pickup(orderId)],
  };
}

// Square takes copies of its own catalogue off the shelf when the order is paid; a line by name alone counts nowhere.
function lineOf(line: LinkRequest['lines'][number], money: (cents: number) => Square.Money): Square.OrderLineItem {
  const quantity = String(line.copies);
  if (line.catalogId !== null) return { catalogObjectId: line.catalogId, quantity };
  const name = [...line.title].slice(0, NAME_MAX).join('');
  return { name, quantity, basePriceMoney: money(line.priceCents), note: line.isbn13 };
}

function moneyOf(code: string): (cents: number) => Square.Money {
  const currency = currencyOf(code);
  return (cents) => ({ amount: BigInt(cents), currency });
}

/** On the goods alone: the charge for shipping is not taxable. */
function salesTax(ratePpm: number): Square.OrderLineItemTax {
  return { uid: 'sales-tax', name: 'Sales tax', type: 'ADDITIVE', scope: 'ORDER', percentage: percent(ratePpm) };
}

/** Millionths as a percentage: 66250 is "6.625". */
function percent(ratePpm: number): string {
  return String(ratePpm / 10_000);
}

function shippingCharge(amountMoney: Square.Money): Square.OrderServiceCharge {
  return { uid: 'shipping', name: 'Shipping', amountMoney, calculationPhase: 'SUBTOTAL_PHASE', taxable: false };
}

// Nobody is promised a time: staff say when it is ready. The name lets them find the order in Marty's console.
function pickup(orderId: string): Square.Fulfillment {
  const recipient = { displayName: `Text order ${orderId.slice(0, 13)}` };
  return {
    type: 'PICKUP',
    state: 'PROPOSED',
    pickupDetails: { recipient, scheduleType: 'ASAP', prepTimeDuration: 'PT24H' },
  };
}

function shipment({ name, line1, line2, city, state, zip }: Address): Square.Fulfillment {
  const address: Square.Address = {
    addressLine1: line1,
    ...(line2 === undefined ? {} : { addressLine2: line2 }),
    locality: city,
    administrativeDistrictLevel1: state,
    postalCode: zip,
    country: 'US',
  };
  return { type: 'SHIPMENT', state: 'PROPOSED', shipmentDetails: { recipient: { displayName: name, address } } };
}
