// The hosted page behind a payment link of the fake Square: a sum and a button, for people and for simulated ones.
import type { Order } from './books.ts';

/** @param order null where the link leads nowhere */
export function payPage(order: Order | null, isPaid: boolean): [status: number, html: string] {
  if (order === null || order.state === 'CANCELED') return [404, page('This link is closed.')];
  if (isPaid) return [200, page('Paid. Thank you.')];
  const sum = (order.total_money.amount / 100).toFixed(2);
  return [200, page(`<form method="post"><button>Pay $${sum}</button></form>`)];
}

function page(content: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A pretended Square</title><style>:root{color-scheme:light dark;font:1.125rem/1.5 system-ui;text-align:center}
button{font:inherit;padding:.75rem 2rem}</style><h1>A pretended Square</h1><p>No card is asked for and no money moves.</p>
${content}</html>`;
}
