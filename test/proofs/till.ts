// A till with one link for one order, in its smallest form, and the money that it took. It tells of money late, twice and out of order,
// a card may be charged a second time, and somebody at its own desk may give money back.

/** Given back at the till's own desk; `isFailed`: the bank would not. The order has heard of either at least once. */
export type DeskRefund = { id: string; cents: number; told: boolean; isFailed: boolean; isFailureTold: boolean };
/** Given back by us: the till does so once under a key, unless the bank would not. The till tells of it as of any other. */
export type OurRefund = { id: string; key: string; cents: number; told: boolean; isFailed: boolean };
/** `isRight`: it is what the link asked for. `told`: the order has heard of it at least once. */
export type Money = {
  id: string;
  isRight: boolean;
  told: boolean;
  ours: readonly OurRefund[];
  desk: readonly DeskRefund[];
  /** Given back in cash: the till knows nothing of it. Cents. */
  handCents: number;
};
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
    till: { link, money: [...till.money, { id, isRight, told: false, ours: [], desk: [], handCents: 0 }] },
  }));
}

export function amountOf({ isRight }: Money): number {
  return isRight ? TOTAL_CENTS : 1000;
}

/** What went back, by us, at the till's own desk or in cash. */
export function backOf(money: Money): number {
  return backAtTill(money) + money.handCents;
}

function backAtTill({ ours, desk }: Money): number {
  return [...ours, ...desk].reduce((sum, { cents, isFailed }) => sum + (isFailed ? 0 : cents), 0);
}

/** Somebody gives back in cash what the customer has not had, if there is any of it. */
export function paidInCash(money: Money): Money {
  return { ...money, handCents: money.handCents + Math.max(0, amountOf(money) - backOf(money)) };
}

/** Whoever gave it back, nothing of it is left. */
export function isBack(money: Money): boolean {
  return backOf(money) >= amountOf(money);
}

/** Of cash the till knows nothing. */
function leftOf(money: Money): number {
  return amountOf(money) - backAtTill(money);
}

/** We give back so much, once under this key, where the till has so much left of it; null where it has not. */
export function payBack(money: Money, key: string, cents: number): { money: Money; refundId: string } | null {
  const made = money.ours.find((one) => one.key === key && !one.isFailed);
  if (made) return { money, refundId: made.id };
  if (leftOf(money) < cents) return null;
  const id = `${money.id}-ours-${money.ours.length + 1}`;
  return { money: { ...money, ours: [...money.ours, { id, key, cents, told: false, isFailed: false }] }, refundId: id };
}

export function changedOurs(money: Money, id: string, change: Partial<OurRefund>): Money {
  return { ...money, ours: money.ours.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}

/** Somebody at the desk gives back what is left, or half of it. */
export function deskRefunds(money: Money, refundsMax: number): Array<{ says: string; money: Money }> {
  const left = leftOf(money);
  if (money.desk.length >= refundsMax || left <= 0) return [];
  const id = `${money.id}-back-${money.desk.length + 1}`;
  return [left, Math.floor(left / 2)].map((cents) => {
    const refund = { id, cents, told: false, isFailed: false, isFailureTold: false };
    const says = `somebody gives ${cents === left ? 'what is left' : 'a part'} of ${money.id} back at the till (${id})`;
    return { says, money: { ...money, desk: [...money.desk, refund] } };
  });
}

export function changedRefund(money: Money, id: string, change: Partial<DeskRefund>): Money {
  return { ...money, desk: money.desk.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}

export function changed(till: Till, id: string, change: Partial<Money>): Till {
  return { ...till, money: till.money.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}
