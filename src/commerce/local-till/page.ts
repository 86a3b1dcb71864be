// What a customer sees behind a payment link of the local till: the basket as it was frozen, a button, and on every
// state of it the plain word that this is a demonstration.
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { goodsOf } from '../till.ts';
import type { LinkRequest } from '../till.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;
export type Receipt = { linkId: string; shop: string; totalCents: number; request: LinkRequest };

export function openPage(receipt: Receipt): Html {
  return page(
    `Pay ${receipt.shop}`,
    html`${heading('Your books, one tap away', `${receipt.shop} set these aside for you.`)} ${basket(receipt)}
      <form method="post" action="/till/${receipt.linkId}/pay">
        <button type="submit">Pay ${money(receipt.totalCents, receipt.request.currency)}</button>
      </form>
      <p class="small">No card is asked for and no money moves.</p>
      <p><a href="/till/${receipt.linkId}/away">Walk away</a></p>`,
  );
}

export function paidPage(receipt: Receipt): Html {
  const { fulfillment, currency } = receipt.request;
  const next =
    fulfillment === 'pickup' ? 'when your books are ready to be picked up' : 'when your books are on their way';
  return page(
    'Paid',
    html`${heading('Paid. Thank you.', `Marty texts you ${next}. You can close this page.`)} ${basket(receipt)}
      <p class="stamp" role="status">Paid ${money(receipt.totalCents, currency)}</p>`,
  );
}

export function awayPage(linkId: string): Html {
  return page(
    'Nothing was paid',
    html`${heading('Nothing was paid', 'Text Marty if you have changed your mind about the book.')}
      <p><a href="/till/${linkId}">Back to the basket</a></p>`,
  );
}

export function cancelledPage(): Html {
  const words = 'It lapsed or was called off. It takes no money; text Marty and he makes you a new one.';
  return page('This link is closed', heading('This link is closed', words));
}

export function unknownPage(): Html {
  return page(
    'No such link',
    heading('No such link', 'Check that the whole address was copied from the text message.'),
  );
}

function heading(title: string, words: string): Html {
  return html`<h1>${title}</h1>
    <p>${words}</p>`;
}

function basket({ request, totalCents }: Receipt): Html {
  const { lines, currency, taxCents, shippingCents, fulfillment } = request;
  const title = (line: LinkRequest['lines'][number]) =>
    line.copies > 1 ? `${line.copies} × ${line.title}` : line.title;
  return html`<table>
    <caption>
      ${fulfillment === 'pickup' ? 'For pickup in the shop' : 'Shipped to your address'}
    </caption>
    <tbody>
      ${lines.map((line) => row(title(line), line.copies * line.priceCents, currency))}
    </tbody>
    <tbody class="sums">
      ${row('Books', goodsOf(lines), currency)} ${row('Sales tax', taxCents, currency)}
      ${fulfillment === 'shipping' ? row('Shipping', shippingCents, currency) : ''}
    </tbody>
    <tfoot>
      ${row('Total', totalCents, currency)}
    </tfoot>
  </table>`;
}

function row(label: string, cents: number, currency: string): Html {
  return html`<tr>
    <th scope="row">${label}</th>
    <td>${money(cents, currency)}</td>
  </tr>`;
}

function money(cents: number, currency: string): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency }).format(cents / 100);
}

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} · demo till</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/till/style.css" />
      </head>
      <body>
        <p class="demo"><strong>DEMO</strong> A till to try out: nobody is charged.</p>
        <main>${body}</main>
      </body>
    </html>`;
}
