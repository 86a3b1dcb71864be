// The statecharts of this build, with everything that they invoke, command and write.
import { cancelPaymentLink } from '../../../actors/cancel-payment-link.ts';
import { checkAddress } from '../../../actors/check-address.ts';
import { composeReply } from '../../../actors/compose-reply.ts';
import { createPaymentLink } from '../../../actors/create-payment-link.ts';
import { deliver } from '../../../actors/deliver.ts';
import { joinWaitlist } from '../../../actors/join-waitlist.ts';
import { keepConsentWriter } from '../../../actors/keep-consent.ts';
import { keepOrder } from '../../../actors/keep-order.ts';
import { keepTextWriter } from '../../../actors/keep-text.ts';
import { lookElsewhere } from '../../../actors/look-elsewhere.ts';
import { quoteSpecial } from '../../../actors/quote-special.ts';
import { quote } from '../../../actors/quote.ts';
import { receiveStock } from '../../../actors/receive-stock.ts';
import { refundPayment } from '../../../actors/refund-payment.ts';
import { releaseStock } from '../../../actors/release-stock.ts';
import { reserveStock } from '../../../actors/reserve-stock.ts';
import { returnStock } from '../../../actors/return-stock.ts';
import { sayWriter } from '../../../actors/say.ts';
import type { SayServices } from '../../../actors/say.ts';
import { sellStock } from '../../../actors/sell-stock.ts';
import { summariseThread } from '../../../actors/summarise-thread.ts';
import { tellTill } from '../../../actors/tell-till.ts';
import { customerMachine } from '../../../machines/customer.ts';
import { orderMachine } from '../../../machines/order.ts';
import { CustomerContext } from '../../../schema/customer.ts';
import { OrderContext } from '../../../schema/order.ts';
import type { DurableMachine } from '../../runtime/machine.ts';
import { erased } from '../../runtime/transactional.ts';
import {
  customerTo2,
  customerTo3,
  customerTo4,
  customerTo5,
  orderTo2,
  orderTo3,
  orderTo4,
  orderTo5,
} from './machine-steps.ts';

/** A customer is born by their first text, an order by its customer's `start`. */
export const machines: readonly DurableMachine[] = [
  {
    machine: customerMachine,
    version: 5,
    migrations: { 1: customerTo2, 2: customerTo3, 3: customerTo4, 4: customerTo5 },
    context: CustomerContext,
    bornBy: 'event',
  },
  {
    machine: orderMachine,
    version: 5,
    migrations: { 1: orderTo2, 2: orderTo3, 3: orderTo4, 4: orderTo5 },
    context: OrderContext,
    bornBy: 'start',
  },
];

/** By the names that the machines use. */
export const actors = {
  cancelPaymentLink,
  checkAddress,
  composeReply,
  createPaymentLink,
  deliver,
  joinWaitlist,
  lookElsewhere,
  quote,
  quoteSpecial,
  receiveStock,
  refundPayment,
  releaseStock,
  reserveStock,
  returnStock,
  sellStock,
  summariseThread,
  tellTill,
};

/** Actions whose rows are part of the turn's own commit, in the order of writing: consent quotes the text, speech joins its thread. */
export function transactional(services: SayServices) {
  return {
    keepText: erased(keepTextWriter(services)),
    keepConsent: erased(keepConsentWriter(services)),
    say: erased(sayWriter(services)),
    keepOrder: erased(keepOrder),
  };
}
