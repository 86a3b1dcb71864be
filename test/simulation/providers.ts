// The outside as the shop's processes meet it: a till, phones, a model. Slow, refusing, silent after the deed, and never asked twice
// for the same thing without noticing.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Act } from '../../schema/acts.ts';
import type { ReplyOutput, ShownBook, Stage } from '../../schema/acts.ts';
import type { Brain } from '../../src/brain/brain.ts';
import type { Telling } from '../../src/brain/opener.ts';
import type { TranscriptLine } from '../../src/brain/situation.ts';
import { begunBy, comeAfter, createTranscript, splitUnread } from '../../src/brain/transcript.ts';
import type { BegunLine } from '../../src/brain/transcript.ts';
import type { Channel, SendRequest } from '../../src/channels/channel.ts';
import { SendFailed } from '../../src/channels/channel.ts';
import { createLocalTill } from '../../src/commerce/local-till/local-till.ts';
import type { Till } from '../../src/commerce/till.ts';
import type { Vault } from '../../src/runtime/vault.ts';
import { Chance } from './chance.ts';
import { BEGIN } from './world.ts';
import type { Owner, World } from './world.ts';

/** A bubble as a phone got it. */
export type Arrived = { reference: string; to: string; text: string; atMs: number; askedMs: number };

export const PUBLIC_URL = 'https://marty.example';
export const HOME = { name: 'Ada', line1: '1 Main St', city: 'Jersey City', state: 'NJ', zip: '07302' };

const SLOW_MS = 20_000;
const THINKS_LONG_MS = 30_000;

/** A call to the outside: it takes its time, and may fail before or after the deed. */
async function call<T>(
  world: World,
  owner: Owner,
  label: string,
  ms: number,
  deed: () => T | Promise<T>,
  fail: (after: boolean) => Error,
): Promise<T> {
  const { chance, faulty } = world;
  const { fails, slow } = world.climate.providers;
  const failure = faulty && chance.hits(fails) ? (chance.hits(0.5) ? 'before' : 'after') : 'none';
  await world.wait(owner, faulty && chance.hits(slow) ? SLOW_MS : ms);
  world.note(`${owner.name} calls ${label}`);
  if (failure === 'before' || isDown(world, label)) throw fail(false);
  const answer = await deed();
  await world.wait(owner, ms);
  if (failure === 'after') throw fail(true);
  return answer;
}

function isDown({ faulty, down }: World, label: string): boolean {
  return faulty && down.has(label.split(' ')[0] ?? label);
}

/** All phones, by number. A bubble that is handed over again under its reference is not shown again. */
export class Phones {
  readonly arrived: Arrived[] = [];
  readonly #known = new Set<string>();
  readonly #handing = new Map<string, { owner: Owner }>();
  onArrival: (arrived: Arrived) => void = () => undefined;
  /** Two bubbles for one phone are on their way to the provider at once. */
  onOverlap: (to: string) => void = () => undefined;

  constructor(private readonly world: World) {}

  /** @param honours whether this provider knows a reference again */
  channel(owner: Owner, name: string, honours: boolean): Channel {
    return {
      name,
      honoursReference: honours,
      send: async (request) => {
        request.signal.throwIfAborted(); // a request that was called off before it began never leaves
        const askedMs = this.world.nowMs;
        const deed = () => this.#show(request, askedMs, honours);
        const handed = this.#hand(owner, request);
        const ms = this.world.chance.between(20, this.world.climate.providers.smsMsMax);
        return call(this.world, owner, 'sms', ms, deed, (after) =>
          after ? new SendFailed('unknown', 'timeout') : new SendFailed('later', 'http_503'),
        ).finally(handed);
      },
    };
  }

  // A request that was broken off, or whose process died, is on its way no longer.
  #hand(owner: Owner, { to, signal }: SendRequest): () => void {
    const before = this.#handing.get(to);
    if (before && !before.owner.dead) this.onOverlap(to);
    const mark = { owner };
    this.#handing.set(to, mark);
    const handed = () => {
      if (this.#handing.get(to) === mark) this.#handing.delete(to);
    };
    signal.addEventListener('abort', handed, { once: true });
    return handed;
  }

  #show({ reference, to, text }: SendRequest, askedMs: number, honours: boolean) {
    const again = honours && this.#known.has(reference);
    this.#known.add(reference);
    const arrived = { reference, to, text, atMs: this.world.nowMs, askedMs };
    if (!again) {
      this.arrived.push(arrived);
      this.onArrival(arrived);
    }
    return { providerId: `sms-${reference}`, status: 'sent' as const };
  }
}

/** The local till behind a bad line. */
export function simulatedTill(world: World, owner: Owner, db: NodePgDatabase, now: () => number): Till {
  const own = createLocalTill({ db, publicUrl: PUBLIC_URL, now, newId: () => world.chance.uuid() });
  const over = <Args extends unknown[], T>(label: string, work: (...args: Args) => Promise<T>) => {
    return (...args: Args) =>
      call(
        world,
        owner,
        label,
        world.chance.between(30, 900),
        () => work(...args),
        () => new Error('the till gave no answer'),
      );
  };
  return {
    ...own,
    createLink: over('till link', own.createLink),
    cancelLink: over('till cancel', own.cancelLink),
    refund: over('till refund', own.refund),
    getLink: over('till look', own.getLink),
    handOver: over('till hand-over', own.handOver),
  };
}

/**
 * A model that reads the transcript as the real one does and answers with one act. It goes where the customer wants, and now and then
 * somewhere else. Its words name the texts that they answer.
 */
export function simulatedBrain(
  world: World,
  owner: Owner,
  db: NodePgDatabase,
  vault: Vault,
  books: readonly ShownBook[],
): Brain {
  const transcript = createTranscript(db, vault);
  const fails = () => isDown(world, 'model') || (world.faulty && world.chance.hits(world.climate.providers.fails / 2));
  return {
    async reply(ask, signal, telling) {
      const lines = await transcript.recent(ask, 24);
      const { unread } = splitUnread(lines, ask.sinceMs);
      const chance = new Chance(world.seed ^ hashOf(unread.map(({ text }) => text).join()));
      await world.wait(owner, chance.hits(world.climate.thinksLong) ? THINKS_LONG_MS : chance.between(300, 4_000));
      signal.throwIfAborted();
      if (fails()) throw new Error('the model gave no answer');
      const newest = unread.at(-1)?.text ?? '';
      const act =
        newest.startsWith('waver') || chance.hits(0.04) ? anyAct(chance, books) : nextAct(chance, ask.stage, books);
      if (!world.begins) return replyWith(act, wordsTo(unread), books);
      const known = begunBy(lines, unread, [ask.begun, telling?.commandId ?? null].filter(isSome));
      if (known !== null || ask.begun !== null) return goOn(known, ask.begun, unread);
      const mayBegin = telling?.attempt === 1 && chance.hits(0.4);
      // Whether it may be said is looked up, and now and then it is not heard that nobody wants to know any more.
      if (mayBegin) await world.wait(owner, chance.between(0, chance.hits(0.3) ? 9_000 : 500));
      if (!mayBegin || !(await begin(telling, unread, chance, books))) return replyWith(act, wordsTo(unread), books);
      await world.wait(owner, chance.between(300, 8_000));
      signal.throwIfAborted();
      if (fails()) throw new Error('the model broke off');
      return { ...replyWith(TALK, REST, books), begun: telling.commandId };
    },
    summarise: () => world.wait(owner, 50),
    draft: () => Promise.resolve(null),
  };
}

const TALK: Act = { type: 'customer.asked' };
/** After an answer that was begun, which named the texts. */
const REST = 'so much for that';

/** Answers whether it went out: whatever keeps it from that is no failure, as with the real one. */
function begin(
  { commandId, tell }: Telling,
  unread: readonly TranscriptLine[],
  chance: Chance,
  books: readonly ShownBook[],
): Promise<boolean> {
  const shown = chance.hits(0.3) ? [chance.pick(books)] : [];
  return tell({ type: 'reply.begun', id: commandId, text: wordsTo(unread), shown }).then(
    (settled) => settled === 'stepped',
    () => false,
  );
}

/** What nobody has seen of it, and what came after it, is answered by name. */
function goOn(known: BegunLine | null, begun: string | null, unread: readonly TranscriptLine[]): ReplyOutput {
  const isSeen = known !== null && !known.lost;
  const left = isSeen ? comeAfter(known.line, unread) : unread;
  const signed = known?.command ?? begun;
  return { ...replyWith(TALK, left.length > 0 ? wordsTo(left) : REST, []), ...(signed !== null && { begun: signed }) };
}

const isSome = (id: string | null) => id !== null;

function wordsTo(texts: ReadonlyArray<Pick<TranscriptLine, 'text'>>): string {
  return `re ${texts.map(({ text }) => text.split(' ').at(-1) ?? '').join(' ')}`.slice(0, 140);
}

function replyWith(act: Act, words: string, books: readonly ShownBook[]): ReplyOutput {
  const named = 'isbn13' in act ? [act.isbn13] : 'isbn13s' in act ? act.isbn13s : [];
  const shown = books.filter(({ isbn13 }) => named.includes(isbn13));
  return { act, bubbles: [words], shown, confidence: 1, by: 'claude' };
}

function nextAct(chance: Chance, stage: Stage, books: readonly ShownBook[]): Act {
  switch (stage) {
    case 'browsing':
    case 'recommending':
    case 'confirming.which':
      return { type: 'customer.choseBook', isbn13: chance.pick(books).isbn13, copies: chance.hits(0.2) ? 2 : 1 };
    case 'missing.offered':
      return {
        type: chance.pick(['customer.wantsWaitlist', 'customer.wantsElsewhere']),
        isbn13: chance.pick(books).isbn13,
      };
    case 'missing.sure':
    case 'confirming.sure':
      return { type: chance.hits(0.85) ? 'customer.agreed' : 'customer.declined' };
    case 'fulfillment.method':
      return { type: chance.pick(['customer.wantsPickup', 'customer.wantsShipping', 'customer.wantsHold']) };
    case 'fulfillment.address':
      return { type: 'customer.gaveAddress', address: HOME };
    case 'fulfillment.readback':
      return { type: 'customer.agreed' };
    case 'fulfillment.payment':
      return { type: chance.hits(0.7) ? 'customer.paysNow' : 'customer.wantsHold' };
    case 'payment.preparing':
    case 'payment.awaiting':
      return {
        type: chance.pick(['customer.askedOrder', 'customer.asked', 'customer.changedMind', 'customer.wantsCancel']),
      };
  }
}

/** Any act, as an obedient model under attack would propose it. */
export function anyAct(chance: Chance, books: readonly ShownBook[]): Act {
  const type = chance.pick(Act.options).shape.type.value;
  const isbn13s = books.slice(0, 3).map(({ isbn13 }) => isbn13);
  return Act.parse({ type, isbn13: chance.pick(isbn13s), copies: chance.between(1, 3), isbn13s, address: HOME });
}

export function hashOf(text: string): number {
  let hash = 2166136261 ^ BEGIN;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}
