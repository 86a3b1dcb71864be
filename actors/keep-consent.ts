// Writes down each change of consent and moves the sender's last gate, in the commit of the turn that made the change.
// The row keeps the customer's exact words and what they were told; it is never updated.
import { KeptConsent } from '../schema/customer.ts';
import { columnsOf } from '../src/channels/rows.ts';
import type { Voice } from '../src/channels/voice.ts';
import type { Transactional, TransactionalEffect } from '../src/runtime/transactional.ts';

const GATE = `
  INSERT INTO threads (store_id, actor_key, opted_out)
  SELECT DISTINCT ON (store_id, actor_key) store_id, actor_key, change = 'revoked'
  FROM unnest($1::int[], $2::uuid[], $3::text[], $4::bigint[]) WITH ORDINALITY
    AS row (store_id, actor_key, change, seq, place)
  ORDER BY store_id, actor_key, seq DESC, place DESC
  ON CONFLICT (store_id, actor_key) DO UPDATE SET opted_out = excluded.opted_out`;

// The words are those of the text that is named; where none is, the newest that the customer sent. To a carrier they said nothing that we heard.
const RECORD = `
  INSERT INTO consents (store_id, id, actor_key, change, source, words_sealed, message_id, channel, told, at)
  SELECT row.store_id, row.id, row.actor_key, change, source, body_sealed, provider_id, channel, told, row.at
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
    AS row (store_id, id, actor_key, change, source, message_id, told, at)
  LEFT JOIN LATERAL (
    SELECT body_sealed, provider_id, channel FROM messages
    WHERE messages.store_id = row.store_id AND messages.actor_key = row.actor_key AND direction = 'inbound'
      AND (row.message_id IS NULL OR provider_id = row.message_id)
    ORDER BY messages.id DESC LIMIT 1
  ) AS text ON source IN ('keyword', 'words')`;

/** The transactional action `keepConsent`; its batch is written after that of `keepText`, whose rows it reads. */
export function keepConsentWriter({ voice }: { voice: Voice }): Transactional<KeptConsent> {
  return {
    params: KeptConsent,
    write: async (tx, effects) => {
      const rows = effects.map((effect) => rowOf(voice, effect));
      await tx.query(GATE, columnsOf(rows, ['storeId', 'actorKey', 'change', 'seq']));
      await tx.query(RECORD, columnsOf(rows, RECORD_COLUMNS));
    },
  };
}

type Row = ReturnType<typeof rowOf>;
const RECORD_COLUMNS: ReadonlyArray<keyof Row> = [
  'storeId',
  'id',
  'actorKey',
  'change',
  'source',
  'messageId',
  'told',
  'at',
];

function rowOf(voice: Voice, { storeId, actorKey, seq, at, id, params }: TransactionalEffect<KeptConsent>) {
  const line = params.change === 'revoked' ? 'consent.stopped' : 'consent.started';
  const told = ['carrier', 'record'].includes(params.source) ? null : `${line}/${voice.variantFor(actorKey)}`;
  return { ...params, storeId, id, actorKey, seq, told, at: at.toISOString() };
}
