// What the shop did, a day at a time and by variant of Marty's words. Counted from the tables themselves: nothing is
// summed up ahead, so nothing can be out of step.
import { loadVoice } from '../../../channels/voice.ts';
import type { Numbers, NumbersDay, VariantNumbers } from '../../../web/wire/numbers.ts';
import type { Shop } from '../open-shop.ts';
import {
  answersByDay,
  answersByVariant,
  consentsIn,
  funnelIn,
  ordersIn,
  salesIn,
  textsByDay,
  tokensByDay,
  variantCrowds,
} from './counts.ts';
import type { Span } from './counts.ts';
import { compareVoices } from './voices.ts';

/** Both days are part of it; days are the shop's own. */
export async function numbersOf(shop: Shop, storeId: number, from: string, to: string): Promise<Numbers> {
  const store = shop.stores().find(({ id }) => id === storeId);
  if (!store) throw new Error('there is no such shop');
  const { timezone, currency } = store;
  const span: Span = { storeId, from, to, timezone };
  const { pool } = shop.database;
  const [texts, answers, orders, sales, consents, tokens, reached, crowds, answersOf, trials] = await Promise.all([
    textsByDay(pool, span),
    answersByDay(pool, span),
    ordersIn(pool, span),
    salesIn(pool, span),
    consentsIn(pool, span),
    tokensByDay(pool, span),
    funnelIn(pool, span),
    variantCrowds(pool, span),
    answersByVariant(pool, span),
    compareVoices(pool, span),
  ]);
  const days = daysOf(from, to).map((day): NumbersDay => {
    const sold = sales.filter((sale) => sale.day === day);
    const changes = consents.filter((consent) => consent.day === day);
    const spoken = texts.find((row) => row.day === day);
    const answered = answers.find((row) => row.day === day);
    const used = tokens.find((row) => row.day === day);
    return {
      day,
      conversations: spoken?.conversations ?? 0,
      textsIn: spoken?.texts_in ?? 0,
      bubblesOut: spoken?.bubbles_out ?? 0,
      undelivered: spoken?.undelivered ?? 0,
      fallbacks: spoken?.fallbacks ?? 0,
      answerP50: answered?.p50 ?? null,
      answerP95: answered?.p95 ?? null,
      orders: orders.filter((order) => order.day === day).length,
      sales: sold.length,
      salesCents: centsOf(sold),
      optOuts: changes.filter(({ change }) => change === 'revoked').length,
      optIns: changes.filter(({ change }) => change === 'granted').length,
      inputTokens: used?.input ?? 0,
      outputTokens: used?.output ?? 0,
      costCents: costCents(shop, used),
    };
  });
  const { variantFor } = loadVoice();
  const heard = (variant: string) => (row: { customer_key: string }) => variantFor(row.customer_key) === variant;
  const variants = crowds.map(({ variant, customers }): VariantNumbers => {
    const sold = sales.filter(heard(variant));
    return {
      variant,
      conversations: customers,
      orders: orders.filter(heard(variant)).length,
      sales: sold.length,
      salesCents: centsOf(sold),
      optOuts: consents.filter((row) => row.change === 'revoked' && heard(variant)(row)).length,
      answerP50: answersOf.find((row) => row.variant === variant)?.p50 ?? null,
    };
  });
  const buyers = new Set(sales.map(({ customer_key: key }) => key)).size;
  const funnel = [...reached, { state: 'paid', customers: buyers }];
  return { from, to, currency, timezone, days, funnel, variants, trials };
}

function centsOf(sales: ReadonlyArray<{ total_cents: number }>): number {
  return sales.reduce((sum, { total_cents: cents }) => sum + cents, 0);
}

const CACHED_SHARE = 0.1;

function costCents(
  { config }: Shop,
  used: { input: number; cached: number; output: number } | undefined,
): number | null {
  const prices = config.claude?.prices ?? null;
  if (prices === null) return null;
  const { input = 0, cached = 0, output = 0 } = used ?? {};
  const billedInput = input - cached * (1 - CACHED_SHARE);
  return Math.round((billedInput * prices.input + output * prices.output) / 100) / 100;
}

function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += 24 * 60 * 60_000)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}
