// A worker of `npm run sim`: runs the worlds that it is told, one after the other, on a database of its own.
import { z } from 'zod';
import { simulate } from './simulate.ts';

export const Order = z.object({
  url: z.string(),
  seed: z.number().int(),
  conversations: z.number().int().positive(),
  turnsMax: z.number().int().positive().optional(),
});
export type Order = z.infer<typeof Order>;

process.on('message', (message) => {
  const { turnsMax, ...order } = Order.parse(message);
  const wish = { ...order, ...(turnsMax === undefined ? {} : { turnsMax }) };
  void simulate(wish).then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit());
