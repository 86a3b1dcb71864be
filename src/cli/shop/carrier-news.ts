// What a carrier lets us know about a customer, taken to the customer's statechart.
import type { OptedOut } from '../../channels/channels.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** The carrier lets nothing of ours through to this phone any more. Telling it twice changes nothing. */
export async function tellOptedOut(runtime: Pick<Runtime, 'send'>, { storeId, actorKey }: OptedOut): Promise<void> {
  await runtime.send({ storeId, key: actorKey }, { type: 'consent.revoked', source: 'carrier' }, { source: 'carrier' });
}
