// Whoever texts is looked up at Square while Marty still listens. The reply reads what has been learnt by then and waits
// for nothing: a slow Square costs a greeting, never an answer.
import type { CustomerDesk } from '../../commerce/square/customer-desk.ts';
import type { TurnNews } from '../../runtime/batch.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** At once, in this process; whoever comes above that is looked up with their next text. */
const BUSY_MAX = 8;
const TIMEOUT_MS = 5_000;

type Texters = {
  /** Gives up what is under way. */
  stop: () => Promise<void>;
};

/** @param onError a look that failed; it is tried again with a later text */
export function knowTexters(
  { news }: Pick<Runtime, 'news'>,
  customers: Pick<CustomerDesk, 'look'>,
  onError: (error: unknown) => void,
): Texters {
  const busy = new Set<Promise<void>>();
  const stopped = new AbortController();
  const look = async ({ storeId, actorKey }: TurnNews) => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    await customers.look({ storeId, actorKey }, signal).catch((error: unknown) => {
      if (!stopped.signal.aborted) onError(error);
    });
  };
  news.on('turn', (turn) => {
    if (turn.machine !== 'customer' || turn.type !== 'text.received') return;
    if (busy.size >= BUSY_MAX || stopped.signal.aborted) return;
    const looking = look(turn).finally(() => busy.delete(looking));
    busy.add(looking);
  });
  return {
    async stop() {
      stopped.abort();
      await Promise.allSettled(busy);
    },
  };
}
