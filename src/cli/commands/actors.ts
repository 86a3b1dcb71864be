// `marty actors ls|show|history` and `marty verify`: the stored actors, from a terminal.
import { actorReader } from '../shop/actor-desk.ts';
import type { Shop } from '../shop/open-shop.ts';
import type { TurnView } from '../../runtime/archive.ts';
import { misfit } from '../../runtime/replay.ts';
import { journalOf as journalOfKey } from '../shadow/journal.ts';
import { storedActors } from '../shadow/stored-actors.ts';
import { UsageError } from '../plain-errors.ts';
import { addressOf, storeOf, withShop } from './with-shop.ts';

type InStore = { store?: string };

export async function runActorsList(
  flags: InStore & { machine?: string; state?: string; limit: string },
): Promise<void> {
  await withShop(async (shop) => {
    const { machine, state, limit } = flags;
    const storeId = storeOf(shop, flags.store).id;
    const { items } = await actorReader(shop).list({ storeId, machine, state, limit: Number(limit) });
    for (const { id, version, value, seq, status, updatedAt } of items) {
      console.log([id, `v${version}`, `turn ${seq}`, status, JSON.stringify(value), updatedAt].join('  '));
    }
  });
}

export async function runActorsShow(id: string, flags: InStore): Promise<void> {
  await withShop(async (shop) => {
    const shown = await actorReader(shop).show(addressOf(shop, id, flags.store));
    if (!shown) throw noActor(id);
    console.log(JSON.stringify(shown, null, 2));
  });
}

export async function runActorsHistory(id: string, flags: InStore): Promise<void> {
  await withShop(async (shop) => {
    for (const { seq, at, type, value, commands, source } of await journalOf(shop, id, flags)) {
      console.log(
        [String(seq).padStart(5), at.toISOString(), source, type, '→', JSON.stringify(value), commands.join(' ')].join(
          '  ',
        ),
      );
    }
  });
}

/** Reads every persisted actor with this build; exits with 1 when one is not at home. */
export async function runVerify(): Promise<void> {
  await withShop(async (shop) => {
    let [read, strange] = [0, 0];
    for await (const { key, machine, version, snapshot } of storedActors(shop, { storeId: null })) {
      read += 1;
      const definition = shop.runtime.knowledge.machines.get(machine);
      const trouble = definition
        ? misfit(definition, JSON.parse(snapshot), version)
        : `this build has no machine "${machine}"`;
      if (trouble === null) continue;
      strange += 1;
      console.log(`${machine} ${key} (v${version}): ${trouble}`);
    }
    console.log(`${read} actors read, ${strange} not at home in this build.`);
    if (strange > 0) process.exitCode = 1;
  });
}

/** The whole journal of an actor, oldest first. @throws UsageError */
export async function journalOf(shop: Shop, id: string, flags: InStore): Promise<TurnView[]> {
  const key = await keyOf(shop, id, flags);
  if (!key) throw noActor(id);
  return journalOfKey(shop, addressOf(shop, id, flags.store).storeId, key);
}

function keyOf(shop: Shop, id: string, flags: InStore): Promise<string | null> {
  return shop.runtime.find(addressOf(shop, id, flags.store));
}

function noActor(id: string): UsageError {
  return new UsageError(`There is no actor "${id}".`);
}
