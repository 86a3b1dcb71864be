// A text as nodes: addresses become links, and a text that is nothing but a link to the till becomes a card to tap.
import { drawing, element } from '../dom.ts';

const LINK = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;

/** @param shop the name of who is paid, which the address of a till need not tell */
export function wordsOf(text: string, shop: string): Node[] {
  const link = text.trim();
  if (link.match(LINK)?.[0] === link) return [linkCard(link, shop)];
  const nodes: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    nodes.push(document.createTextNode(text.slice(at, match.index)), anchor(match[0], match[0], 'link'));
    at = match.index + match[0].length;
  }
  return [...nodes, document.createTextNode(text.slice(at))];
}

function linkCard(href: string, shop: string): HTMLAnchorElement {
  const url = new URL(href);
  const pays = url.pathname.startsWith('/till/') || /(^|\.)square(up)?\.(link|site|com)$/.test(url.hostname);
  const card = anchor(href, '', 'link-card');
  card.append(
    drawing(pays ? 'coin' : 'scroll'),
    element('span', { class: 'link-card-title' }, pays ? `Pay ${shop || 'the shop'}` : 'Open the link'),
    element('span', { class: 'link-card-address' }, pays ? `at ${url.hostname}` : `${url.host}${url.pathname}`),
  );
  return card;
}

function anchor(href: string, text: string, kind: string): HTMLAnchorElement {
  return element('a', { href, class: kind, target: '_blank', rel: 'noopener noreferrer' }, text);
}
