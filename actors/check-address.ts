/**
 * Makes a typed address into one that a label can carry, and keeps it sealed.
 * Safe to run twice: the address' id is the command's; one that was undone is never kept. Refuses with `incomplete`, `not_us` or `mismatch`.
 */
import { z } from 'zod';
import { Address } from '../schema/acts.ts';
import { checkPostal, oneLine } from '../src/commerce/address.ts';
import { defineActor } from './define.ts';

export const checkAddress = defineActor({
  input: z.object({ address: Address }),
  output: z.object({ addressId: z.uuid(), oneLine: z.string() }),
  refusals: ['incomplete', 'not_us', 'mismatch'],
  retry: { attemptsMax: 4, backoffMs: 300, timeoutMs: 5_000 },
  undo: (_input, _output, { storeId, commandId, actor, addresses }) =>
    addresses.drop({ storeId, id: commandId, actorKey: actor.key }),
  run: async ({ address }, { storeId, commandId, actor, dataKey, addresses, refuse }) => {
    const checked = checkPostal(address);
    if ('refused' in checked) return refuse(checked.refused);
    const entry = { storeId, id: commandId, actorKey: actor.key, dataKey, address: checked.address };
    await addresses.keep(entry);
    return { addressId: commandId, oneLine: oneLine(checked.address) };
  },
});
