// What becomes of the synthetic customer: how its texts were answered, and that nothing of it stays. A probe a minute would
// leave half a million tombstones a year, so its rows go altogether, as those of a customer never do.
import { and, asc, eq } from 'drizzle-orm';
import { messages } from '../../../schema/messages.ts';
import { PROBE_PHONE } from '../../channels/probe.ts';
import { eraseForgotten } from '../../runtime/forget.ts';
import type { ProbeDesk } from '../../web/deps.ts';
import type { ProbeState } from '../../web/wire/probe.ts';
import { forgetCustomer } from './forget-customer.ts';
import type { Shop } from './open-shop.ts';

const HANDED_OVER: ReadonlySet<string> = new Set(['sent', 'delivered', 'read']);
const NEVER_TEXTED: ProbeState = { texts: 0, bubbles: 0, answeredMs: null };

export function probeDesk(shop: Shop): ProbeDesk {
  const { probes, probeSeconds } = shop.telemetry.instruments;
  const keyOf = (storeId: number) => shop.runtime.find({ storeId, machine: 'customer', id: PROBE_PHONE });
  const look = async (storeId: number) => stateOf(shop, storeId, await keyOf(storeId));
  return {
    look,
    async forget(storeId) {
      const key = await keyOf(storeId);
      const state = await stateOf(shop, storeId, key);
      if (key === null) return state;
      await forgetCustomer(shop, storeId, PROBE_PHONE);
      await eraseForgotten(shop.database.pool, storeId, key);
      probes.inc({ outcome: state.answeredMs === null ? 'silent' : 'answered' });
      if (state.answeredMs !== null) probeSeconds.set(state.answeredMs / 1000);
      return state;
    },
  };
}

async function stateOf({ db }: Shop, storeId: number, key: string | null): Promise<ProbeState> {
  if (key === null) return NEVER_TEXTED;
  const said = await db
    .select({
      direction: messages.direction,
      status: messages.status,
      seq: messages.seq,
      at: messages.at,
      updatedAt: messages.updatedAt,
    })
    .from(messages)
    .where(and(eq(messages.storeId, storeId), eq(messages.actorKey, key)))
    .orderBy(asc(messages.id));
  const texts = said.filter(({ direction }) => direction === 'inbound');
  const [text] = texts;
  // What the turn of the text itself says is the notice of the law: an answer takes thought, and another turn.
  const isAnswer = ({ direction, status, seq }: (typeof said)[number]) =>
    direction === 'outbound' && HANDED_OVER.has(status) && seq > (text?.seq ?? 0);
  const bubbles = said.filter(isAnswer);
  const [bubble] = bubbles;
  const answeredMs = text && bubble ? bubble.updatedAt.getTime() - text.at.getTime() : null;
  return { texts: texts.length, bubbles: bubbles.length, answeredMs };
}
