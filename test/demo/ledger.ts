// What the customers of the demo know for themselves: what they texted, what was accepted, what they asked to buy, what their
// phones got. The board holds it against the database and Square's own books.

/** One purchase, from the moment its customer said the last word that leads to a link. Times in ms since 1970. */
export type Purchase = {
  phone: string;
  askedMs: number;
  linkedMs: number | null;
  paidMs: number | null;
  thankedMs: number | null;
};

const ANSWERS_MAX = 500;

export class Ledger {
  readonly purchases: Purchase[] = [];
  /** Provider's ids of texts that were answered 2xx. */
  readonly accepted = new Set<string>();
  /** Customers who wait for an answer, and since when. */
  readonly waiting = new Map<string, number>();
  /** Things that must not be, in words, such as a receipt that came twice. */
  readonly doubled: string[] = [];
  answered = 0;
  served = 0;
  readonly #answerMs: number[] = [];

  asks(phone: string, nowMs: number): Purchase {
    const purchase = { phone, askedMs: nowMs, linkedMs: null, paidMs: null, thankedMs: null };
    this.purchases.push(purchase);
    return purchase;
  }

  /** The bubble came that a customer waited for. */
  heard(phone: string, nowMs: number): void {
    const since = this.waiting.get(phone);
    if (since === undefined) return;
    this.waiting.delete(phone);
    this.answered += 1;
    this.#answerMs.push(nowMs - since);
    if (this.#answerMs.length > ANSWERS_MAX) this.#answerMs.shift();
  }

  /** Of the newest answers; null while there are none. */
  answerMs(of: number): number | null {
    const sorted = [...this.#answerMs].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(of * sorted.length))] ?? null;
  }
}
