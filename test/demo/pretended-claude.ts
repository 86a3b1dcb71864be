// What the demo's Claude says, over the real wire: it reads the unread texts and proposes one act, as the real one would.
// It knows the few books that the demo's customers ask for; whatever it says passes the same grounding.
import { z } from 'zod';
import type { FakeAnswer, FakeRequest } from '../fakes/anthropic.ts';
import { SHELF } from './shelf.ts';
import type { DemoBook } from './shelf.ts';

const Now = z.object({
  already_shown: z.array(z.string()),
  shop: z.object({ hours: z.string() }),
  unread_texts: z.array(z.string()),
});
type Now = z.infer<typeof Now>;

const NOTHING = { isbn13: null, copies: null, isbn13s: [], address: null, bubbles: [], books: [], confidence: 0.9 };

const REMARKS = [
  "it's good. most people don't deserve it.",
  'i read it during a siege. twice.',
  'no dragons were consulted.',
  'the end is worth the middle.',
];

export function answerOf({ messages }: FakeRequest): FakeAnswer {
  const last = messages.at(-1)?.content;
  const now = Now.safeParse(typeof last === 'string' ? JSON.parse(last) : null);
  const proposal = now.success ? proposalTo(now.data) : { act: 'customer.asked', bubbles: ['hm.'] };
  return { text: JSON.stringify({ ...NOTHING, ...proposal }) };
}

/** The first pattern that fits; what the customer may mean by it. */
const ACTS: ReadonlyArray<[RegExp, string]> = [
  [/real person|human/, 'customer.wantsPerson'],
  [/never mind|changed my mind/, 'customer.declined'],
  [/pay now/, 'customer.paysNow'],
  [/pick it up|pickup/, 'customer.wantsPickup'],
  [/ship it/, 'customer.wantsShipping'],
  [/take it|^(?:yes|yep|sure|ok)\b/, 'customer.agreed'],
];
const ADDRESS = /^(.+?), (\d+ .+?), (.+?), ([A-Z]{2}) (\d{5})$/m;

function proposalTo({ unread_texts, already_shown, shop }: Now): object {
  const said = unread_texts.join('\n');
  const asked = SHELF.find(({ title }) => said.toLowerCase().includes(title.toLowerCase()));
  if (asked) return shows(asked);
  const [, name, line1, city, state, zip] = ADDRESS.exec(said) ?? [];
  if (name) return { act: 'customer.gaveAddress', address: { name, line1, line2: null, city, state, zip } };
  const [, act] = ACTS.find(([pattern]) => pattern.test(said.toLowerCase())) ?? [];
  if (act) return { act };
  if (/open|hours/.test(said)) return { act: 'customer.asked', bubbles: [`${shop.hours}. i am always here, though.`] };
  const fresh = SHELF.filter(({ isbn13 }) => !already_shown.includes(isbn13));
  return shows(fresh[said.length % Math.max(1, fresh.length)] ?? SHELF[0]);
}

function shows(book: DemoBook | undefined): object {
  if (!book) return { act: 'customer.asked', bubbles: ['the shelf is bare.'] };
  const { isbn13, title, authors, priceCents } = book;
  const remark = REMARKS[Number(isbn13.at(-2)) % REMARKS.length] ?? '';
  const bubble = `"${title}" by ${authors[0]}, $${(priceCents / 100).toFixed(2)}. ${remark}`;
  return { act: 'customer.asked', bubbles: [bubble], books: [isbn13] };
}
