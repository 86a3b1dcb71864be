// Judged conversations: what a customer texts, and what a good last reply must and must not be, each with its reason. Told to a
// brain without a trace of them in the shop.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ComposeInput, ReplyOutput, ShownBook } from '../../../schema/acts.ts';
import { Act } from '../../../schema/acts.ts';
import type { Brain } from '../../brain/brain.ts';
import { shortTitle } from '../../brain/house/draft.ts';
import type { TranscriptLine } from '../../brain/situation.ts';
import type { Age, Catalogue } from '../../catalogue/catalogue.ts';
import { brokenRules } from './voice-rules.ts';

const ActType = z.enum(Act.options.map((act) => act.shape.type.value));

/** All that is named must hold of the last reply; patterns are regular expressions, case is ignored. */
const Expectation = z
  .strictObject({
    /** Any of these acts. */
    act: z.array(ActType).min(1),
    /** The title of the one book that the act is about. */
    book: z.string(),
    /** At least so many books, one that was not shown before among them. */
    shows: z.int().min(1).max(3),
    /** One of these titles is among those shown. */
    showsOneOf: z.array(z.string()).min(1),
    showsNone: z.array(z.string()).min(1),
    /** Only books for readers of this age. */
    age: z.enum(['child', 'young', 'adult']),
    priceMaxCents: z.int().positive(),
    says: z.array(z.string()).min(1),
    saysNot: z.array(z.string()).min(1),
  })
  .partial();

/** `texts` are answered one by one; the last answer is judged. */
export const Golden = z.strictObject({
  name: z.string().min(1),
  why: z.string().min(20),
  texts: z.array(z.string().min(1)).min(1).max(6),
  expect: Expectation,
});
export type Golden = z.infer<typeof Golden>;
export const Goldens = z.array(Golden).min(1);

export type Judged = {
  name: string;
  /** What did not hold, in words; empty when the reply is good. */
  faults: string[];
  reply: ReplyOutput;
};

/** `dataKey` is any wrapped key; nothing is stored under it. `round` chooses among the house's wordings. */
export type GoldenParts = {
  brain: Pick<Brain, 'draft'>;
  catalogue: Pick<Catalogue, 'get'>;
  storeId: number;
  dataKey: Buffer;
  nowMs: number;
  round: number;
};

const OFFERS_MAX = 6;
const SECOND_MS = 1000;
const REPLY_TIMEOUT_MS = 60_000;

/** Has the conversation and judges its last reply. */
export async function judge(parts: GoldenParts, golden: Golden): Promise<Judged> {
  const talk = new Talk(parts, golden.name);
  let before: readonly ShownBook[] = [];
  let reply: ReplyOutput | null = null;
  for (const text of golden.texts) {
    before = talk.shown;
    reply = await talk.texts(text);
  }
  if (reply === null) throw new Error(`the conversation "${golden.name}" has no text`);
  const books = await parts.catalogue.get(
    parts.storeId,
    reply.shown.map(({ isbn13 }) => isbn13),
  );
  const ageOf = new Map(books.map(({ isbn13, age }) => [isbn13, age]));
  return { name: golden.name, faults: faultsOf(golden, reply, before, ageOf), reply };
}

function faultsOf(
  { expect }: Golden,
  { act, shown, bubbles }: ReplyOutput,
  before: readonly ShownBook[],
  ageOf: ReadonlyMap<string, Age>,
): string[] {
  const said = bubbles.join('\n');
  const titles = shown.map(({ title }) => title);
  const isNew = shown.some(({ isbn13 }) => !before.some((book) => book.isbn13 === isbn13));
  const voice = bubbles.flatMap((bubble) => brokenRules(bubble, [...titles, ...titles.map(shortTitle)]));
  const acted = 'isbn13' in act ? shown.find(({ isbn13 }) => isbn13 === act.isbn13)?.title : undefined;
  const { shows, age, priceMaxCents } = expect;
  const checks: Array<[isGood: boolean, fault: string]> = [
    [!expect.act || expect.act.includes(act.type), `the act is ${act.type}, not ${expect.act?.join(' or ')}`],
    [!expect.book || acted === expect.book, `the act is about ${acted ?? 'no book'}, not ${expect.book}`],
    [!shows || (shown.length >= shows && isNew), `${shown.length} books are shown, ${isNew ? 'new' : 'none new'}`],
    [!expect.showsOneOf || expect.showsOneOf.some((title) => titles.includes(title)), `shows ${titles.join(', ')}`],
    ...(expect.showsNone ?? []).map((title): [boolean, string] => [!titles.includes(title), `shows ${title}`]),
    [!age || shown.every(({ isbn13 }) => ageOf.get(isbn13) === age), `shows what is not for the age "${age}"`],
    [!priceMaxCents || shown.every((book) => book.priceCents <= priceMaxCents), 'shows what costs more'],
    ...(expect.says ?? []).map((words): [boolean, string] => [matches(words, said), `does not say /${words}/`]),
    ...(expect.saysNot ?? []).map((words): [boolean, string] => [!matches(words, said), `says /${words}/`]),
    ...voice.map((rule): [boolean, string] => [false, `breaks the rule of voice "${rule}"`]),
  ];
  return checks.filter(([isGood]) => !isGood).map(([, fault]) => fault);
}

function matches(words: string, said: string): boolean {
  return new RegExp(words, 'i').test(said);
}

/** One customer who was never there. */
class Talk {
  shown: ShownBook[] = [];
  readonly #lines: TranscriptLine[] = [];
  readonly #whose: { storeId: number; actorKey: string; dataKey: Buffer };
  readonly #threadId = randomUUID();
  #atMs: number;

  constructor(
    private readonly parts: GoldenParts,
    private readonly name: string,
  ) {
    this.#whose = { storeId: parts.storeId, actorKey: randomUUID(), dataKey: parts.dataKey };
    this.#atMs = parts.nowMs;
  }

  async texts(text: string): Promise<ReplyOutput> {
    this.#say('customer', text);
    const sinceMs = this.#atMs;
    const offers = this.shown.slice(0, OFFERS_MAX);
    const ask: ComposeInput = {
      stage: offers.length > 0 ? 'recommending' : 'browsing',
      offers,
      chosen: null,
      found: [],
      elsewhere: null,
      orderId: null,
      threadId: this.#threadId,
      sinceMs,
      awaySinceMs: null,
      begun: null,
    };
    const seenBefore = () => Promise.resolve(this.shown.map(({ isbn13 }) => isbn13));
    const signal = AbortSignal.timeout(REPLY_TIMEOUT_MS);
    const moment = { nowMs: this.#atMs, seenBefore };
    const reply = await this.parts.brain.draft({ ...ask, ...this.#whose }, signal, this.#lines, moment);
    if (reply === null) throw new Error('a text was not taken for one that waits for an answer');
    for (const bubble of reply.bubbles) this.#say('marty', bubble);
    const isbns = new Set(reply.shown.map(({ isbn13 }) => isbn13));
    this.shown = [...reply.shown, ...this.shown.filter(({ isbn13 }) => !isbns.has(isbn13))];
    return reply;
  }

  #say(by: TranscriptLine['by'], text: string): void {
    this.#atMs += SECOND_MS;
    const id = `${this.name} ${this.parts.round} ${this.#lines.length}`;
    this.#lines.push({ id, by, kind: 'talk', text, at: new Date(this.#atMs) });
  }
}
