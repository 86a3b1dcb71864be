// `marty trouble ls|retry|dismiss`: events that could not be stepped or written, until a person decides.
import { createAsides } from '../../runtime/asides.ts';
import type { Asides } from '../../runtime/asides.ts';
import type { Shop } from '../shop/open-shop.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

type InStore = { store?: string };
const LISTED_MAX = 200;

export async function runTroubleList(flags: InStore): Promise<void> {
  await withShop(async (shop) => {
    const found = await asidesOf(shop).list({ storeId: storeOf(shop, flags.store).id, limit: LISTED_MAX });
    for (const { position, createdAt, type, actorKey, source, trouble } of found) {
      console.log([position, createdAt.toISOString(), type, `key:${actorKey}`, source, trouble ?? ''].join('  '));
    }
    if (found.length === 0) console.log('Nothing is set aside.');
  });
}

/** Lets the actor try it once more, in this process; it is listed anew if it fails again. */
export async function runTroubleRetry(position: string, flags: InStore): Promise<void> {
  await decide(position, flags, 'retry', 'It is tried once more.');
}

export async function runTroubleDismiss(position: string, flags: InStore): Promise<void> {
  await decide(position, flags, 'dismiss', 'It is thrown away.');
}

async function decide(position: string, flags: InStore, verb: 'retry' | 'dismiss', done: string): Promise<void> {
  const number = Number(position);
  if (!Number.isSafeInteger(number))
    throw new UsageError(`"${position}" is not a position; \`marty trouble ls\` names them.`);
  await withShop(async (shop) => {
    const answer = await asidesOf(shop)[verb](storeOf(shop, flags.store).id, number);
    if (answer !== 'done') throw new UsageError(`Nothing is set aside at ${position}.`);
    console.log(done);
  });
}

function asidesOf({ database, clock, vault, runtime }: Shop): Asides {
  return createAsides({ pool: database.pool, vault, now: clock.now, wake: runtime.wake });
}
