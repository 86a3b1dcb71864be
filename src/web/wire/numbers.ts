// Wire formats of the numbers: a day is a day in the shop's own zone, money is integer cents of the shop's currency.
import { z } from '@hono/zod-openapi';
import { StoreSlug } from './common.ts';

const Seconds = z.number().nullable().openapi({ description: 'seconds; null where nobody was answered' });

export const NumbersDay = z
  .object({
    day: z.iso.date(),
    conversations: z.int(),
    textsIn: z.int(),
    bubblesOut: z.int(),
    undelivered: z.int(),
    /** From a customer's text to the first bubble that left after it. */
    answerP50: Seconds,
    answerP95: Seconds,
    orders: z.int(),
    sales: z.int().openapi({ description: 'orders paid on that day' }),
    salesCents: z.int(),
    optOuts: z.int(),
    optIns: z.int(),
    /** Times that Marty fell back on a line about trouble of his own. */
    fallbacks: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    /** What the tokens cost, in US cents; null where the model's price is not known. */
    costCents: z.number().nullable(),
  })
  .openapi('NumbersDay');
export type NumbersDay = z.infer<typeof NumbersDay>;

export const VariantNumbers = z
  .object({
    variant: z.string(),
    conversations: z.int(),
    orders: z.int(),
    sales: z.int(),
    salesCents: z.int(),
    optOuts: z.int(),
    answerP50: Seconds,
  })
  .openapi('VariantNumbers');
export type VariantNumbers = z.infer<typeof VariantNumbers>;

const Share = z.number().openapi({ description: 'a share of customers, -1 to 1' });

/**
 * Of the customers who heard each variant, how many did something; `compared` is the second share less the first, what holds the
 * true difference in 95 of 100 trials, and the chance of one at least so large if there were none (Fisher's exact test).
 */
export const VoiceTrial = z
  .object({
    measure: z.enum(['wroteAgain', 'bought', 'optedOut']),
    shares: z.array(z.object({ variant: z.string(), hits: z.int(), all: z.int() })),
    compared: z.object({ difference: Share, low: Share, high: Share, p: z.number() }).nullable(),
  })
  .openapi('VoiceTrial');
export type VoiceTrial = z.infer<typeof VoiceTrial>;

export const Numbers = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    currency: z.string(),
    timezone: z.string(),
    days: z.array(NumbersDay),
    /** How many customers reached each step in that time, in the order of the way. */
    funnel: z.array(z.object({ state: z.string(), customers: z.int() })),
    variants: z.array(VariantNumbers),
    trials: z.array(VoiceTrial),
  })
  .openapi('Numbers');
export type Numbers = z.infer<typeof Numbers>;

/** Both days are part of it; at most 92 days. Left out: the last 14 days. */
export const NumbersQuery = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional(), store: StoreSlug });
