// Words of trouble: what failed, told to somebody who never saw the code. The code's own names stay beside them.
import { spoken } from '../money.ts';
import { many, spelled } from './names.ts';

/** What a command was to do. */
const tasks: Record<string, string> = {
  cancelPaymentLink: 'Close a payment link',
  checkAddress: 'Check an address',
  composeReply: 'Think of an answer',
  createPaymentLink: 'Make a payment link',
  deliver: 'Send a text',
  joinWaitlist: 'Put somebody on the waiting list',
  keepConsent: 'Keep a yes or no to texts',
  keepOrder: 'Keep an order',
  keepText: 'Keep a text',
  lookElsewhere: 'Look for a book elsewhere',
  ownOrder: 'Give an order its customer',
  quote: 'Work out a price',
  quoteSpecial: 'Ask for the price of a special order',
  receiveStock: 'Put ordered copies on the shelf',
  refundPayment: 'Give money back',
  releaseStock: 'Free a reserved copy',
  reserveStock: 'Reserve a copy',
  returnStock: 'Put a copy back',
  say: 'Write to the customer',
  sellStock: 'Take a sold copy off the shelf',
  summariseThread: 'Sum a conversation up',
  tellTill: 'Tell the till what happened',
};
const reasons: Record<string, string> = {
  bad_input: 'It was asked for in a way that it does not understand.',
  bad_output: 'The answer that came could not be understood.',
  unauthorised: 'The service did not accept the shop’s key. Whoever runs the shop has to look at it first.',
  rejected: 'The service said no, and would say no again to the same request.',
  exhausted: 'It was tried as often as is allowed and never got through.',
  no_actor: 'Nobody in this version of the program knows how to do it.',
  not_stepped: 'Something happened that the statechart could not take in.',
  unreadable: 'This version of the program cannot read where they stand. What they write waits until one can.',
};

export const troubleWords = {
  title: 'Trouble',
  kinds: 'Which trouble',
  all: 'All',
  kind: { command: 'Commands', event: 'Events', actor: 'Actors' },
  kindOf: { command: 'a command gave up', event: 'an event was set aside', actor: 'it cannot be read' },
  none: 'No trouble',
  noneText: 'Everything that was asked was done. Should something give up, it waits here until a person decides.',
  task: (kind: 'command' | 'event' | 'actor', name: string) =>
    kind === 'command'
      ? (tasks[name] ?? spelled(name))
      : kind === 'event'
        ? 'Take in what happened'
        : `Read the ${name}`,
  reason: (code: string, message: string) => reasons[code] ?? message,
  over: 'Its conversation has heard of the failure and has gone on, so there is nothing to try again. Look whether the customer needs help, then skip it.',
  retryAll: 'Try all again',
  retryAllQuestion: {
    title: 'Try everything again?',
    text: 'Whatever fails again comes back to this list.',
    yes: 'Try all again',
  },
  retriedAll: (retried: number, left: number) =>
    `${many(retried, 'is', 'are')} tried again${left > 0 ? `, ${left} left` : ''}.`,
  can: { retry: 'Try again', dismiss: 'Skip it' },
  did: { retry: (name: string) => `${name} is tried again.`, dismiss: (name: string) => `${name} was skipped.` },
  dismissQuestion: (name: string) => ({
    title: `Skip ${name}?`,
    text: 'It is never done. This is kept in the audit.',
    yes: 'Skip it',
  }),
  attempts: (attempts: number) => many(attempts, 'attempt', 'attempts'),
  whose: (actor: string) =>
    actor.startsWith('order:') ? `order ${actor.slice(-6)}` : spoken(actor.replace(/^customer:/, '')),
};
