// Phones that exist only on a page or in a terminal: the transcript in the database is their screen.
import type { Channel } from './channel.ts';

/** A bubble is delivered as soon as its row says so; the page and `marty chat` read the rows. */
export function simulatorChannel(name: 'simulator' | 'terminal'): Channel {
  return {
    name,
    honoursReference: true,
    send: async ({ reference }) => ({ providerId: `${name}-${reference}`, status: 'delivered' }),
  };
}
