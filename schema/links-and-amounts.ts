// What only the shop itself may say: an address, and an amount of money. Words of others, a model or a publisher, are looked through for them.
// An address without https:// or www. is known by the usual endings alone, and "ASP.NET" is none.
import type { z } from 'zod';

export const LINK =
  /https?:|:\/\/|www\.|\b(?!(?:asp|vb|ado)\.net\b)[a-z0-9-]+\.(?:com|net|org|io|co|shop|store|link|ly|me|app|dev|biz|info|xyz|us|example|ai|page|site|online|top|cc|gg|tv|eu|uk|de|ru|cn)\b/i;
/** Dollars in digits; for `matchAll`. */
export const AMOUNT = /\$ ?(\d+(?:,\d{3})*)(?:\.(\d{1,2}))?|\b(\d+)(?:\.(\d{2}))? ?(?:dollars?|bucks?|usd)\b/gi;
/** Prices that hide in words: ours are written in digits. */
export const SPELLED =
  /\b(?:an?|one|two|half an?|\d+) (?:single )?(?:dollars?|bucks?|cents?|penn(?:y|ies)|dimes?)\b|[€£¥] ?\d|\b\d+ (?:euros?|pounds?)\b/i;

/** Titles and names, which Marty says as they are: a phone makes a link of an address wherever it stands. */
export function linkless<Name extends z.ZodType<string>>(name: Name): Name {
  return name.refine((text) => !LINK.test(text), 'holds a web address');
}

/** What somebody wrote, without the sentences that hold an address or an amount. */
export function withoutLinksAndAmounts(text: string): string {
  const sentences = text.split(/(?<=[.!?])\s+/);
  return sentences
    .filter((sentence) => !LINK.test(sentence) && !SPELLED.test(sentence) && !hasAmount(sentence))
    .join(' ');
}

function hasAmount(sentence: string): boolean {
  return !sentence.matchAll(AMOUNT).next().done;
}
