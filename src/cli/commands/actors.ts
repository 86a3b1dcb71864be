// `marty actors ls|show|history|replay` and `marty verify`: the stored actors, from a terminal.
import { actorReader, archiveOf } from '../shop/actor-desk.ts';
import type { Shop } from '../shop/open-shop.ts';
import type { TurnView } from '../../runtime/archive.ts';
import { misfit, replay } from '../../runtime/replay.ts';
import type { Decided, Divergence } from '../../runtime/replay.ts';
import type { StoredSnapshot } from '../../runtime/snapshot.ts';
import { addressOf, storeOf, UsageError, withShop } from './with-shop.ts';

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

/** Exits with 1 when this build would have decided otherwise. */
export async function runActorsReplay(id: string, flags: InStore): Promise<void> {
  await withShop(async (shop) => {
    const { machine } = addressOf(shop, id, flags.store);
    const definition = shop.runtime.knowledge.machines.get(machine);
    const key = await keyOf(shop, id, flags);
    if (!definition || !key) throw noActor(id);
    const turns = await journalOf(shop, id, flags);
    const { divergence, end } = replay(definition, key, turns, shop.runtime.knowledge.transactional);
    if (divergence) process.exitCode = 1;
    if (divergence) return console.log(inWords(divergence));
    const { storeId } = addressOf(shop, id, flags.store);
    const odd = end ? await oddContext(shop, { storeId, key, seq: turns.length }, end) : [];
    if (odd.length > 0) process.exitCode = 1;
    console.log(
      `${turns.length} turns, each decided as it was${odd.length > 0 ? `, but its context differs at ${odd.join(', ')}` : ''}.`,
    );
  });
}

function inWords({ seq, type, was, is, trouble }: Divergence): string {
  const told = ({ value, commands }: Decided) => `${JSON.stringify(value)} [${commands.join(' ')}]`;
  return `turn ${seq} (${type}): was ${told(was)}, is ${is ? told(is) : trouble}`;
}

type Past = { storeId: number; key: string; seq: number };

/** Keys of the context that this build comes to otherwise than is stored; none where the stored one waits to be migrated. */
async function oddContext(shop: Shop, { storeId, key, seq }: Past, end: StoredSnapshot): Promise<string[]> {
  const archive = archiveOf(shop);
  const [actor, stored] = await Promise.all([archive.show(storeId, key), archive.snapshotAt(storeId, key, seq)]);
  const definition = actor && shop.runtime.knowledge.machines.get(actor.machine);
  if (!stored || actor?.version !== definition?.version) return [];
  const keys = new Set([...Object.keys(stored.context), ...Object.keys(end.context)]);
  return [...keys].filter((name) => JSON.stringify(stored.context[name]) !== JSON.stringify(end.context[name]));
}

/** Reads every persisted actor with this build; exits with 1 when one is not at home. */
export async function runVerify(): Promise<void> {
  await withShop(async (shop) => {
    let [read, strange] = [0, 0];
    for await (const { key, machine, version, snapshot } of storedActors(shop)) {
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

type Stored = { key: string; machine: string; version: number; snapshot: string };
const PAGE = 1_000;

async function* storedActors({ database }: Shop): AsyncGenerator<Stored> {
  let after: { storeId: number; key: string } = { storeId: -1, key: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const { rows } = await database.pool.query<Stored & { store_id: number }>(
      `SELECT store_id, key, machine, version, snapshot FROM actors
       WHERE snapshot IS NOT NULL AND (store_id, key) > ($1, $2::uuid) ORDER BY store_id, key LIMIT ${PAGE}`,
      [after.storeId, after.key],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = { storeId: last.store_id, key: last.key };
  }
}

/** The whole journal of an actor, oldest first. @throws UsageError */
export async function journalOf(shop: Shop, id: string, flags: InStore): Promise<TurnView[]> {
  const key = await keyOf(shop, id, flags);
  if (!key) throw noActor(id);
  const { storeId } = addressOf(shop, id, flags.store);
  const turns: TurnView[] = [];
  for (;;) {
    const page = await archiveOf(shop).history(storeId, key, turns.at(-1)?.seq ?? 0, PAGE);
    turns.push(...page);
    if (page.length < PAGE) return turns;
  }
}

function keyOf(shop: Shop, id: string, flags: InStore): Promise<string | null> {
  return shop.runtime.find(addressOf(shop, id, flags.store));
}

function noActor(id: string): UsageError {
  return new UsageError(`There is no actor "${id}".`);
}
