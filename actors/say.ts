// Queues what Marty says, in the commit of the turn that said it: in the customer's variant, in GSM-7, cut into bubbles.
// `deliver` sends them after the commit; a bubble's turn number is the fence that tells fresh talk from stale.
// The last thing that a turn says carries the answers that the customer's chart has open then.
import { Speech } from '../schema/customer.ts';
import { BUBBLE_CHARS_MAX, splitBubbles } from '../src/channels/bubbles.ts';
import { foldToGsm7, segmentsOf } from '../src/channels/gsm7.ts';
import { bookCard, CARDS_MAX } from '../src/channels/book-cards.ts';
import { buttonsOf } from '../src/channels/buttons.ts';
import { EXEMPT_LINES } from '../src/channels/lines.ts';
import { messageId } from '../src/channels/message-id.ts';
import { columnsOf } from '../src/channels/rows.ts';
import type { Shop, Voice } from '../src/channels/voice.ts';
import type { Transactional, TransactionalEffect } from '../src/runtime/transactional.ts';
import type { Vault } from '../src/runtime/vault.ts';

const INSERT = `
  WITH said AS (
    SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bigint[],
                         $8::int[], $9::bool[], $10::text[], $11::text[], $12::text[], $13::int[], $14::timestamptz[],
                         $15::bool[], $16::text[], $17::uuid[])
      AS row (store_id, id, actor_key, by, kind, body_sealed, seq, position, exempt, line, variant, suggestions,
              segments, at, started, cards, begun)
  ), opened AS (
    INSERT INTO threads (store_id, actor_key) SELECT DISTINCT store_id, actor_key FROM said ON CONFLICT DO NOTHING
  )
  INSERT INTO messages (store_id, id, actor_key, thread_id, direction, by, kind, body_sealed, status, seq, position,
                        exempt, line, variant, suggestions, segments, at, updated_at, started, cards, begun)
  SELECT said.store_id, said.id, said.actor_key, threads.thread_id, 'outbound', by, kind, body_sealed, 'queued', seq,
         position, exempt, line, variant, suggestions::jsonb, segments, at, at, started, cards::jsonb, begun
  FROM said LEFT JOIN threads USING (store_id, actor_key)`;

export type SayServices = {
  vault: Vault;
  voice: Voice;
  /** What lines may say of a store; throws for a store that does not exist. */
  shopOf: (storeId: number) => Shop;
};

/** The transactional action `say`. Nothing is said to a customer who was forgotten meanwhile. */
export function sayWriter(services: SayServices): Transactional<Speech> {
  return {
    params: Speech,
    follow: 'deliver',
    write: async (tx, effects) => {
      const places = new Places();
      const asking = lastQuestions(effects);
      const rows = effects.flatMap((effect) => rowsOf(services, effect, places, asking.has(effect)));
      if (rows.length > 0) await tx.query(INSERT, columnsOf(rows, COLUMNS));
    },
  };
}

type Row = {
  storeId: number;
  id: string;
  actorKey: string;
  by: 'marty' | 'staff';
  kind: 'talk' | 'fact';
  bodySealed: Buffer;
  seq: number;
  position: number;
  exempt: boolean;
  line: string | null;
  variant: string | null;
  suggestions: string | null;
  segments: number;
  at: string;
  started: boolean;
  cards: string | null;
  begun: string | null;
};
const COLUMNS: ReadonlyArray<keyof Row> = [
  'storeId',
  'id',
  'actorKey',
  'by',
  'kind',
  'bodySealed',
  'seq',
  'position',
  'exempt',
  'line',
  'variant',
  'suggestions',
  'segments',
  'at',
  'started',
  'cards',
  'begun',
];

type Words = Pick<Row, 'by' | 'line' | 'variant' | 'cards' | 'started' | 'begun'> & { bubbles: string[] };

/** Of each turn the last thing said that a customer answers: Marty's talk, or a link to pay. News asks nothing, nor does half an answer. */
function lastQuestions(effects: ReadonlyArray<TransactionalEffect<Speech>>): Set<TransactionalEffect<Speech>> {
  const asking = effects.filter(({ params }) =>
    'line' in params ? params.kind === 'talk' || asks.has(params.line) : params.kind === 'talk' && !params.begun,
  );
  return new Set(new Map(asking.map((effect) => [turnOf(effect), effect])).values());
}
const asks: ReadonlySet<string> = new Set(['order.linkReady']);

function turnOf({ storeId, actorKey, seq }: { storeId: number; actorKey: string; seq: number }): string {
  return `${storeId}/${actorKey}/${seq}`;
}

function rowsOf(services: SayServices, effect: TransactionalEffect<Speech>, places: Places, isAsking: boolean): Row[] {
  const { storeId, actorKey, dataKey, seq, at, params } = effect;
  if (dataKey === null) return [];
  const { bubbles, cards, ...words } = wordsOf(services, effect);
  const buttons = isAsking ? buttonsOf(effect.ways()) : [];
  return bubbles.map((text, index) => {
    const position = places.next(effect);
    const isLast = index === bubbles.length - 1;
    return {
      ...words,
      storeId,
      id: messageId(effect, position),
      actorKey,
      kind: params.kind,
      bodySealed: services.vault.seal(dataKey, text),
      seq,
      position,
      exempt: words.line !== null && EXEMPT_LINES.has(words.line),
      suggestions: isLast && buttons.length > 0 ? JSON.stringify(buttons) : null,
      cards: isLast ? cards : null,
      segments: segmentsOf(text).segments,
      at: at.toISOString(),
    };
  });
}

/** The words of one speech, as they leave: folded and cut into bubbles. */
export function wordsOf(
  { voice, shopOf }: Pick<SayServices, 'voice' | 'shopOf'>,
  { storeId, actorKey, params }: Pick<TransactionalEffect<Speech>, 'storeId' | 'actorKey' | 'params'>,
): Words {
  const shop = shopOf(storeId);
  if ('bubbles' in params) {
    const bubbles = params.bubbles.flatMap((text) => fitted(text, shop));
    const shown = (params.shown ?? []).slice(0, CARDS_MAX).map((book) => bookCard(book, shop.currency));
    const cards = shown.length > 0 ? JSON.stringify(shown) : null;
    return { by: params.by, line: null, variant: null, bubbles, cards, started: false, begun: params.begun ?? null };
  }
  const spoken = voice.speak(params.line, params.with, { actorKey, shop });
  const bubbles = spoken.bubbles.flatMap((text) => fitted(text, shop));
  const started = params.started ?? false;
  return { by: 'marty', line: params.line, variant: spoken.variant, bubbles, cards: null, started, begun: null };
}

/** The bubbles that a text leaves as; none when folding leaves nothing of it. */
function fitted(text: string, { prefix = '' }: Shop): string[] {
  return splitBubbles(foldToGsm7(text), BUBBLE_CHARS_MAX - prefix.length).map((bubble) => prefix + bubble);
}

/** Places within each turn. They begin at 1: a turn's own inbound text has place 0. */
class Places {
  readonly #next = new Map<string, number>();

  next(effect: { storeId: number; actorKey: string; seq: number }): number {
    const turn = turnOf(effect);
    const place = this.#next.get(turn) ?? 1;
    this.#next.set(turn, place + 1);
    return place;
  }
}
