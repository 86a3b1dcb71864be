// One way to reach a phone. An adapter speaks its provider's language and tells three kinds of failure apart;
// who may be sent what, when and in which order is decided before it is called.

import type { CoveredCard } from './covers.ts';

/** One bubble for one phone; `from` and `to` are E.164. */
export type SendRequest = {
  to: string;
  /** The shop's number; null leaves it to the channel's own. */
  from: string | null;
  text: string;
  /** The idempotency key: the same on every attempt to send the same bubble. */
  reference: string;
  /** Whether the phone shows what is below; where it does not, `text` says the same. */
  rich: boolean;
  /** Answers to tap: a label is what it says. */
  suggestions: readonly string[];
  /** The books that the text shows. */
  cards: readonly CoveredCard[];
  signal: AbortSignal;
};

export type SendResult = { providerId: string; status: 'sent' | 'delivered' };

export type Channel = {
  readonly name: string;
  /** True when the provider sends a bubble once however often it gets the same reference. */
  readonly honoursReference: boolean;
  /** Takes the next bubble's place in the provider's limits: how long until then (ms); Infinity, and none is taken, where it had better come again. */
  room?: () => Promise<number>;
  /** Hands a bubble over; throws SendFailed. */
  send: (request: SendRequest) => Promise<SendResult>;
  /** Where a reference is not honoured but what was sent can be looked up: asked before a bubble is repeated. */
  find?: (request: SendRequest, search: Search) => Promise<SendResult | null>;
};

/** Which of the messages to a phone may be the bubble: none that is known already, none that is older, or newer than `untilMs`. */
export type Search = { sinceMs: number; untilMs?: number; known: ReadonlySet<string> };

/**
 * What became of a bubble that was not taken. `final`: it never will be. `later`: it surely was not taken, try again.
 * `unknown`: it may have left (a timeout, a broken answer).
 */
export type SendFate = 'final' | 'later' | 'unknown';

/**
 * Why a carrier lets nothing of ours through: `opted_out`: its owner told it STOP; `filtered`: it takes our words for
 * spam; `landline`: no phone that takes texts.
 */
export type Refusal = 'opted_out' | 'filtered' | 'landline';

/** A send that did not succeed. Neither the message nor the cause holds a number or a text. */
export class SendFailed extends Error {
  override readonly name = 'SendFailed';
  constructor(
    readonly fate: SendFate,
    /** The provider's status or error code, such as `http_429` or `timeout`. */
    readonly code: string,
    /** What the carrier has against it, for good; null where it did not say. */
    readonly refusal: Refusal | null = null,
  ) {
    super(`send failed (${fate}): ${code}`);
  }
}
