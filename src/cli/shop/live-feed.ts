// The turns of this process as they commit; those of other processes do not come here. A reader that is too slow loses the oldest, never the newest.
import type { TurnNews } from '../../runtime/batch.ts';
import type { LiveFeed } from '../../web/deps.ts';
import type { LiveTurn } from '../../web/wire/actors.ts';
import type { Shop } from './open-shop.ts';

const BUFFERED_MAX = 1_000;

export function liveFeed({ runtime, database, vault }: Shop): LiveFeed {
  return async function* (storeId, signal) {
    const waiting: TurnNews[] = [];
    let ring: () => void = () => undefined;
    const hear = (turn: TurnNews) => {
      if (turn.storeId !== storeId) return;
      if (waiting.length >= BUFFERED_MAX) waiting.shift();
      waiting.push(turn);
      ring();
    };
    runtime.news.on('turn', hear);
    signal.addEventListener('abort', () => ring(), { once: true });
    try {
      while (!signal.aborted) {
        const turn = waiting.shift();
        if (turn) yield await liveTurn(turn);
        else await new Promise<void>((resolve) => (ring = resolve));
      }
    } finally {
      runtime.news.off('turn', hear);
    }
  };

  async function liveTurn({ storeId, actorKey, machine, seq, type, value, at }: TurnNews): Promise<LiveTurn> {
    const { rows } = await database.pool.query<{
      address_sealed: Buffer | null;
      value: string | null;
      correlation_id: string | null;
    }>(
      `SELECT a.address_sealed, p.value, e.correlation_id FROM actors a
       LEFT JOIN events p ON p.store_id = a.store_id AND p.actor_key = a.key AND p.seq = $3 - 1
       LEFT JOIN events e ON e.store_id = a.store_id AND e.actor_key = a.key AND e.seq = $3
       WHERE a.store_id = $1 AND a.key = $2`,
      [storeId, actorKey, seq],
    );
    const [row] = rows;
    const id = row?.address_sealed ? vault.openShared(row.address_sealed) : actorKey;
    const from: unknown = row?.value ? JSON.parse(row.value) : null;
    const to: unknown = JSON.parse(value);
    return {
      id: `${machine}:${id}`,
      key: actorKey,
      machine,
      seq,
      event: type,
      from,
      to,
      at: at.toISOString(),
      correlationId: row?.correlation_id ?? null,
    };
  }
}
