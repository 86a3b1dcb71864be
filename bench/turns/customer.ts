// The machine that both ways run: about 4 KB of context, one command for each message, and answers in the order asked.
// Its states are the same in both; only how the command leaves differs, an invoke here and a collected action there.
import { assign, emit, setup } from 'xstate';
import { z } from 'zod';
import { durable } from '../../src/runtime/authoring.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';

const Text = z.object({ id: z.string(), text: z.string() });
const Offer = z.object({
  isbn13: z.string(),
  title: z.string(),
  authors: z.array(z.string()),
  priceCents: z.number().int(),
  onHand: z.number().int(),
});

/** `received` and `answered` count messages; `pending` holds the ids of those not answered yet, the first one being worked on. */
export const CustomerContext = z.object({
  name: z.string(),
  texts: z.array(Text),
  offers: z.array(Offer),
  pending: z.array(z.string()),
  received: z.number().int(),
  answered: z.number().int(),
});
export type CustomerContext = z.infer<typeof CustomerContext>;

/** What the command is given, and what comes back from it. */
export const AnswerInput = z.object({ messageId: z.string() });
export const AnswerOutput = z.object({ messageId: z.string(), bubbles: z.array(z.string()) });
export type AnswerInput = z.infer<typeof AnswerInput>;
export type AnswerOutput = z.infer<typeof AnswerOutput>;

/** The command's work in both ways: nothing that takes time. */
export function composeAnswer({ messageId }: AnswerInput): AnswerOutput {
  return { messageId, bubbles: ['Ah. That one. A fine book, if the ending does not find you first.'] };
}

export type TextReceived = { type: 'text.received'; messageId: string; text: string };
export type AnswerGiven = { type: 'answer.given'; output: AnswerOutput };

const TEXTS_KEPT = 10;
const OFFERS = 14;

/** A customer with ten texts and fourteen offers behind them: what somebody has who writes now and then. */
export function newCustomer(): CustomerContext {
  return {
    name: 'Ada of the lower stacks',
    texts: Array.from({ length: TEXTS_KEPT }, (_, n) => ({
      id: `earlier-${n}`,
      text: 'something with ships and weather in it, '.repeat(4),
    })),
    offers: Array.from({ length: OFFERS }, (_, n) => ({
      isbn13: String(9_780_000_000_000 + n),
      title: `A Short History of the Long Winter, volume ${n}`,
      authors: ['Somebody Quiet', 'Somebody Else'],
      priceCents: 1_499 + n,
      onHand: n,
    })),
    pending: [],
    received: 0,
    answered: 0,
  };
}

/** The context after a message came. */
export function withText(context: CustomerContext, { messageId, text }: TextReceived): Partial<CustomerContext> {
  return {
    texts: [...context.texts.slice(1 - TEXTS_KEPT), { id: messageId, text }],
    pending: [...context.pending, messageId],
    received: context.received + 1,
  };
}

/** The context after the first pending message was answered. */
export function withAnswer(context: CustomerContext): Partial<CustomerContext> {
  return { pending: context.pending.slice(1), answered: context.answered + 1 };
}

type DoneEvent = { type: 'xstate.done.actor.answer'; output: AnswerOutput };

const durableCustomer = setup({
  types: {
    context: {} as CustomerContext,
    events: {} as TextReceived | DoneEvent,
    emitted: {} as { type: 'answered'; messageId: string },
  },
  actors: { composeAnswer: durable<AnswerInput, AnswerOutput>('composeAnswer') },
  actions: {
    keepText: assign(({ context, event }) => (event.type === 'text.received' ? withText(context, event) : {})),
    keepAnswer: assign(({ context }) => withAnswer(context)),
    tellAnswered: emit(({ context }) => ({ type: 'answered' as const, messageId: context.pending[0] ?? '' })),
  },
  guards: { hasMore: ({ context }) => context.pending.length > 1 },
}).createMachine({
  id: 'customer',
  context: newCustomer,
  initial: 'quiet',
  on: { 'text.received': { actions: 'keepText' } },
  states: {
    quiet: { on: { 'text.received': { target: 'answering', actions: 'keepText' } } },
    answering: {
      invoke: {
        id: 'answer',
        src: 'composeAnswer',
        input: ({ context }) => ({ messageId: context.pending[0] ?? '' }),
        onDone: [
          { guard: 'hasMore', target: 'answering', reenter: true, actions: ['tellAnswered', 'keepAnswer'] },
          { target: 'quiet', actions: ['tellAnswered', 'keepAnswer'] },
        ],
        onError: 'quiet',
      },
    },
  },
});

/** For the durable runtime: the command is an invoke. */
export const durableDefinition: DurableMachine = {
  machine: durableCustomer,
  version: 1,
  context: CustomerContext,
  bornBy: 'event',
};

type OrdinaryInput = { ask: (input: AnswerInput) => void };

/** For the ordinary way: entering `answering` calls `ask`, and the result comes back as `answer.given`. Provided once, not per turn. */
export function ordinaryCustomer({ ask }: OrdinaryInput) {
  return setup({
    types: { context: {} as CustomerContext, events: {} as TextReceived | AnswerGiven },
    actions: {
      keepText: assign(({ context, event }) => (event.type === 'text.received' ? withText(context, event) : {})),
      keepAnswer: assign(({ context }) => withAnswer(context)),
      askForAnswer: ({ context }) => ask({ messageId: context.pending[0] ?? '' }),
    },
    guards: { hasMore: ({ context }) => context.pending.length > 1 },
  }).createMachine({
    id: 'customer',
    context: newCustomer,
    initial: 'quiet',
    on: { 'text.received': { actions: 'keepText' } },
    states: {
      quiet: { on: { 'text.received': { target: 'answering', actions: 'keepText' } } },
      answering: {
        entry: 'askForAnswer',
        on: {
          'answer.given': [
            { guard: 'hasMore', target: 'answering', reenter: true, actions: 'keepAnswer' },
            { target: 'quiet', actions: 'keepAnswer' },
          ],
        },
      },
    },
  });
}
