// What a carrier lets us know about a customer, taken to the customer's statechart.
import type { Refusal } from '../../channels/channel.ts';
import type { Unreached } from '../../channels/channels.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** The carrier lets nothing of ours through to this phone. Telling it twice changes nothing. */
export async function tellRefused(
  runtime: Pick<Runtime, 'send'>,
  { storeId, actorKey }: Unreached,
  why: Refusal,
): Promise<void> {
  const event =
    why === 'opted_out' ? { type: 'consent.revoked', source: 'carrier' } : { type: 'carrier.refused', reason: why };
  await runtime.send({ storeId, key: actorKey }, event, { source: 'carrier' });
}
