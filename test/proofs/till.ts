// A till with one link for one order, in its smallest form, and the money that it took. It tells of money late, twice and out of order,
// and a card may be charged a second time.

/** `isRight`: it is what the link asked for. `told`: the order has heard of it at least once. */
export type Money = { id: string; isRight: boolean; told: boolean; isBack: boolean };
/** `withdrawn`: given up before it was made; it will never be. */
export type Till = { link: 'none' | 'open' | 'paid' | 'closed' | 'withdrawn'; money: readonly Money[] };

export const NO_LINK: Till = { link: 'none', money: [] };
export const TOTAL_CENTS = 1386;

/** @returns false for a link that was withdrawn before it was made */
export function makeLink(till: Till): Till | null {
  if (till.link === 'withdrawn') return null;
  return till.link === 'none' ? { ...till, link: 'open' } : till;
}

export function withdrawLink(till: Till): Till {
  if (till.link === 'none') return { ...till, link: 'withdrawn' };
  return closeLink(till);
}

/** What was paid stays paid. */
export function closeLink(till: Till): Till {
  return till.link === 'open' ? { ...till, link: 'closed' } : till;
}

/**
 * Who has the link may pay: the right amount, another one (a tip, a currency), in the last second before it is closed, or twice.
 * @param paymentsMax so often in all
 */
export function payments(till: Till, paymentsMax: number): Array<{ says: string; till: Till }> {
  const count = till.money.length;
  const isPossible = till.link !== 'none' && till.link !== 'withdrawn' && count < paymentsMax;
  if (!isPossible) return [];
  const id = `pay-${count + 1}`;
  const link = till.link === 'open' ? 'paid' : till.link;
  const when = till.link === 'open' ? '' : till.link === 'paid' ? ', a second time' : ', as the link was being closed';
  return [true, false].map((isRight) => ({
    says: `the customer pays ${isRight ? 'what the link asks for' : 'another amount'}${when} (${id})`,
    till: { link, money: [...till.money, { id, isRight, told: false, isBack: false }] },
  }));
}

export function changed(till: Till, id: string, change: Partial<Money>): Till {
  return { ...till, money: till.money.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}
