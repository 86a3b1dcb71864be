// What a carrier lets us know about a customer, taken to the customer's statechart.
import type { Refusal } from '../../channels/channel.ts';
import type { Unreached } from '../../channels/channels.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/** The carrier's list of opt-outs has this number; it need not be known here yet. Answers whether its customer has taken that in. */
export async function tellOptedOut(runtime: Pick<Runtime, 'send'>, storeId: number, phone: string): Promise<boolean> {
  const to = { storeId, machine: 'customer', id: phone };
  const { settled } = await runtime.send(to, OPTED_OUT, { source: 'carrier' });
  return settled === 'stepped'; // one that waits in the inbox has not closed the gate
}

const OPTED_OUT = { type: 'consent.revoked', source: 'carrier' };

/** The carrier lets nothing of ours through to this phone. Telling it twice changes nothing. */
export async function tellRefused(
  runtime: Pick<Runtime, 'send'>,
  { storeId, actorKey }: Unreached,
  why: Refusal,
): Promise<void> {
  const event = why === 'opted_out' ? OPTED_OUT : { type: 'carrier.refused', reason: why };
  await runtime.send({ storeId, key: actorKey }, event, { source: 'carrier' });
}
