// What a customer was told, as it is stored, and what this build would tell them for the same effects.
import { wordsOf } from '../../../actors/say.ts';
import { Speech } from '../../../schema/customer.ts';
import { loadVoice } from '../../channels/voice.ts';
import type { TurnView } from '../../runtime/archive.ts';
import { uuidAt } from '../../runtime/ids.ts';
import type { Effect } from '../../runtime/effects.ts';
import type { Shop } from '../shop/open-shop.ts';

/** An actor whose journal is run again. */
export type Replayed = { storeId: number; key: string; machine: string; dataKey: Buffer };

const VOICE = loadVoice();
const FIRST_OF_ITS_MS = Buffer.alloc(16);

/** The bubbles that these turns said, by turn. */
export async function toldBy(
  { database, vault }: Shop,
  { storeId, key, dataKey }: Replayed,
  turns: readonly TurnView[],
): Promise<ReadonlyMap<number, string[]>> {
  const [first, last] = [turns[0], turns.at(-1)];
  const told = new Map<number, string[]>();
  if (first === undefined || last === undefined) return told;
  const { rows } = await database.pool.query<{ seq: string; body_sealed: Buffer }>(
    `SELECT seq, body_sealed FROM messages
     WHERE store_id = $1 AND actor_key = $2 AND direction = 'outbound' AND id >= $3 AND id < $4 ORDER BY id`,
    [storeId, key, firstIdOf(first.at.getTime()), firstIdOf(last.at.getTime() + 1)],
  );
  for (const { seq, body_sealed: sealed } of rows) {
    const bubbles = told.get(Number(seq)) ?? [];
    told.set(Number(seq), [...bubbles, vault.open(dataKey, sealed)]);
  }
  return told;
}

// Ids of messages begin with the time of their turn.
function firstIdOf(ms: number): string {
  return uuidAt(ms, FIRST_OF_ITS_MS);
}

/** The bubbles of a turn's effects in this build's wording. */
export function wouldTell(
  { shopOf }: Pick<Shop, 'shopOf'>,
  { storeId, key }: Replayed,
  effects: readonly Effect[],
): string[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'action' || effect.name !== 'say') return [];
    return wordsOf({ voice: VOICE, shopOf }, { storeId, actorKey: key, params: Speech.parse(effect.params) }).bubbles;
  });
}
