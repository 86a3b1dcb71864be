// Stores what a customer wrote, in the commit of the turn that heard it: sealed, and without card numbers.
// From then on, talk that an earlier turn said is stale, and replies go to the channel of this text.
import { KeptText } from '../schema/customer.ts';
import { redactCards } from '../src/channels/cards.ts';
import { segmentsOf } from '../src/channels/gsm7.ts';
import { messageId } from '../src/channels/message-id.ts';
import { columnsOf } from '../src/channels/rows.ts';
import type { Transactional, TransactionalEffect } from '../src/runtime/transactional.ts';
import type { Vault } from '../src/runtime/vault.ts';

const INSERT = `
  WITH heard AS (
    SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bytea[], $7::text[],
                         $8::bigint[], $9::int[], $10::int[], $11::timestamptz[], $12::bool[])
      AS row (store_id, id, actor_key, thread_id, provider_id, body_sealed, channel, seq, position, segments, at, rich)
  ), latest AS (
    SELECT DISTINCT ON (store_id, actor_key) *, count(*) OVER (PARTITION BY store_id, actor_key) AS texts
    FROM heard ORDER BY store_id, actor_key, seq DESC, position DESC
  ), noted AS (
    INSERT INTO threads (store_id, actor_key, channel, rich, thread_id, heard_seq, heard_at, unread)
    SELECT store_id, actor_key, channel, rich, thread_id, seq, at, texts FROM latest
    ON CONFLICT (store_id, actor_key) DO UPDATE SET channel = excluded.channel, rich = excluded.rich,
      thread_id = excluded.thread_id, heard_seq = excluded.heard_seq, heard_at = excluded.heard_at,
      unread = threads.unread + excluded.unread
  )
  INSERT INTO messages (store_id, id, actor_key, thread_id, direction, by, kind, body_sealed, channel, status,
                        seq, position, segments, provider_id, at, updated_at)
  SELECT store_id, id, actor_key, thread_id, 'inbound', 'customer', 'talk', body_sealed, channel, 'received',
         seq, position, segments, provider_id, at, at
  FROM heard`;

/** The transactional action `keepText`. A text of a customer who was forgotten meanwhile is not stored. */
export function keepTextWriter({ vault }: { vault: Vault }): Transactional<KeptText> {
  return {
    params: KeptText,
    write: async (tx, effects) => {
      const rows = effects.flatMap((effect) => rowsOf(vault, effect));
      if (rows.length > 0) await tx.query(INSERT, columnsOf(rows, COLUMNS));
    },
  };
}

type Row = ReturnType<typeof rowsOf>[number];
const COLUMNS: ReadonlyArray<keyof Row> = [
  'storeId',
  'id',
  'actorKey',
  'threadId',
  'providerId',
  'bodySealed',
  'channel',
  'seq',
  'position',
  'segments',
  'at',
  'rich',
];

function rowsOf(vault: Vault, effect: TransactionalEffect<KeptText>) {
  const { storeId, actorKey, dataKey, seq, at, params } = effect;
  if (dataKey === null) return [];
  const text = redactCards(params.text);
  return [
    {
      storeId,
      id: messageId(effect, 0),
      actorKey,
      threadId: params.threadId,
      providerId: params.messageId,
      bodySealed: vault.seal(dataKey, text),
      channel: params.channel,
      seq,
      position: 0,
      segments: segmentsOf(text).segments,
      at: at.toISOString(),
      rich: params.rich ?? false,
    },
  ];
}
