// What must hold of a customer's talk, whatever they text and whatever a model makes of it.
import { z } from 'zod';
import { Speech } from '../../schema/customer.ts';
import { OrderInput } from '../../schema/order.ts';
import { gate } from '../../src/channels/gate.ts';
import { EXEMPT_LINES } from '../../src/channels/lines.ts';
import type { Effect } from '../../src/runtime/effects.ts';
import { NOON } from '../machines/given.ts';
import type { Chart } from './chart.ts';
import type { Customer, Heard } from './customer-world.ts';
import type { Theorem } from './explore.ts';
import { after, isTalk, priceOf } from './witness.ts';
import type { Question } from './witness.ts';

const Attended = z.object({
  attention: z.union([z.literal('staff'), z.object({ marty: z.enum(['alone', 'needed']) })]),
});

type Step = { from: Customer; did: Heard; to: Customer };

export function customerTheorems(chart: Chart): ReadonlyArray<Theorem<Customer, Heard>> {
  return [
    { name: 'no event is ever too much for a customer', inStep: ({ did }) => did.taken.trouble },
    { name: "no way to a payment link without the customer's yes", inStep: (step) => ordersOf(step, unagreed) },
    {
      name: 'nothing is sent to an address that was not read back and agreed to',
      inStep: (step) => ordersOf(step, unread),
    },
    { name: 'nothing but facts of consent after STOP', inStep: afterStop },
    { name: 'the last gate knows what the customer wants', inState: ({ witness }) => gateOf(witness) },
    { name: 'nobody who asked for a person is forgotten', inState: (customer) => forgotten(chart, customer) },
  ];
}

function forgotten(chart: Chart, { chart: number, witness }: Customer): string | null {
  const { attention } = Attended.parse(chart.at(number).value);
  if (!witness.isWaiting || attention === 'staff' || attention.marty === 'needed') return null;
  return 'they wait for a person, and no person knows of it';
}

function gateOf({ isStopped, isGateClosed }: Customer['witness']): string | null {
  if (isStopped === isGateClosed) return null;
  return isStopped ? 'they said STOP, and the gate is open' : 'they said START, and the gate is closed';
}

function ordersOf({ from, did }: Step, judge: (order: OrderInput, witness: Customer['witness']) => string | null) {
  for (const effect of did.taken.effects) {
    if (effect.kind !== 'start') continue;
    if (from.witness.isStopped) return 'an order is placed although they said STOP';
    // The witness as it stands once this turn's event is heard, and before the order makes it forget the question.
    const heard = after(from.witness, did.happening.event, did.taken.effects.filter(isTalk));
    const why = judge(OrderInput.parse(effect.start.input), heard);
    if (why !== null) return why;
  }
  return null;
}

function unagreed({ lines: [line] }: OrderInput, { price }: Customer['witness']): string | null {
  if (!line) return 'an order of nothing is placed';
  const ordered = priceOf({ ...line });
  if (price?.about !== ordered) return `ordered is ${ordered}; asked was ${price?.about ?? 'nothing'}`;
  if (price.isOvertaken) return `${ordered} is ordered, and another book was shown since they were told`;
  return missing(price, 'they were told the price');
}

function unread({ fulfillment }: OrderInput, { address }: Customer['witness']): string | null {
  if (fulfillment !== 'shipping') return null;
  return address ? missing(address, 'it was read back') : 'it was not read back';
}

function missing({ isHeard, isAgreed }: Question, when: string): string | null {
  if (!isHeard) return `an order is placed, and no text came after ${when}`;
  return isAgreed ? null : `an order is placed, and nothing that came after ${when} was taken as a yes`;
}

// What was said before the turn in which they stopped is held back by the gate, as is the rest of that very turn.
function afterStop({ from, did, to }: Step): string | null {
  if (!from.witness.isStopped && !to.witness.isStopped) return null;
  for (const speech of speechesOf(did.taken.effects)) {
    const line = 'line' in speech ? speech.line : null;
    const isConsent = line?.startsWith('consent.') === true;
    if (from.witness.isStopped && !isConsent) return `said after STOP: ${line ?? 'talk'}`;
    if (to.witness.isStopped && !isConsent && passes(line, speech.kind)) return `let through: ${line ?? 'talk'}`;
  }
  return null;
}

function passes(line: string | null, kind: 'talk' | 'fact'): boolean {
  const exempt = line !== null && EXEMPT_LINES.has(line);
  const bubble = { kind, seq: 1, exempt, at: new Date(NOON), started: false, status: 'queued' as const };
  return gate({ optedOut: true, heardSeq: 0 }, bubble, NOON, NOON) === 'send';
}

function speechesOf(effects: readonly Effect[]): Speech[] {
  return effects.flatMap((effect) =>
    effect.kind === 'action' && effect.name === 'say' ? [Speech.parse(effect.params)] : [],
  );
}
