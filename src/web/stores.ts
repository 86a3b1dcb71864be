// Which shop a request is for: the called number, the token's `?store=`, or the first one.
import type { Staff } from './auth.ts';
import type { WebDeps, WebStore } from './deps.ts';
import { Problem } from './problem.ts';
import type { SignedFor } from './signed-for.ts';

type Stores = Pick<WebDeps, 'stores'>;

/**
 * The shop that customers reach under a number, if its provider says so. A lone shop answers every number. An RCS agent has a name
 * instead: it speaks for whose key it is, and under the key that shops share for the first of them.
 */
export async function storeByNumber({ stores }: Stores, called: string, signedFor: SignedFor): Promise<WebStore> {
  const all = await stores();
  const isNumber = called.startsWith('+');
  const lone = all.length === 1 ? all[0] : undefined;
  const store = isNumber ? (all.find(({ phone }) => phone === called) ?? lone) : all.find(({ id }) => signedFor(id));
  if (!store) throw new Problem('bad-request', 'no shop answers the number in "to"');
  if (!signedFor(store.id)) throw new Problem('bad-signature', 'that is not the key of the shop that was called');
  return store;
}

/** The shops for which what a provider says counts. */
export async function signedStoreIds({ stores }: Stores, signedFor: SignedFor): Promise<number[]> {
  return (await stores()).map(({ id }) => id).filter(signedFor);
}

/** The shop that staff ask about; 404 for one that is not theirs to see, as for one that is not there. */
export async function storeForStaff({ stores }: Stores, staff: Staff, slug: string | undefined): Promise<WebStore> {
  const all = await stores();
  const mine = all.filter(({ id }) => staff.stores === 'all' || staff.stores.includes(id));
  const store = slug === undefined ? mine[0] : mine.find((one) => one.slug === slug);
  if (!store) throw new Problem('not-found', 'there is no such shop');
  return store;
}

/** The simulator's shop: the one named, else the first. */
export async function storeForSimulator({ stores }: Stores, slug: string | undefined): Promise<WebStore> {
  const all = await stores();
  const store = slug === undefined ? all[0] : all.find((one) => one.slug === slug);
  if (!store) throw new Problem('not-found', 'there is no such shop');
  return store;
}
