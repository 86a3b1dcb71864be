// Which till stands in which shop. Money of one shop never goes through the till of another.
import type { Till } from './till.ts';

export type Tills = {
  /** Throws `TillRefused` `unauthorised` for a shop that has none. */
  of(storeId: number): Promise<Till>;
};
