// Keeps our shelf and Square's one: tells it of our moves, looks at what it said had moved, and once a night goes through
// everything. Any number of processes may be at it; none does another's night again.
import { and, eq, isNull, lte, or, sql } from 'drizzle-orm';
import { nightRounds, squareCatalogues } from '../../../schema/square.ts';
import type { Store } from '../../../schema/stores.ts';
import { sendMoves } from '../../commerce/square/send-moves.ts';
import type { ShelfDesk } from '../../commerce/square/send-moves.ts';
import { settleChecks } from '../../commerce/square/settle-counts.ts';
import { errorName } from '../../runtime/errors.ts';
import type { Shop } from './open-shop.ts';
import { importFromSquare } from './square-import.ts';
import type { Imported } from './square-import.ts';

const PER_ROUND_MAX = 100;
const READING_LEASE_MS = 10 * 60_000;
const NIGHT_LEASE_MS = 60 * 60_000;
/** Shops are shut and their tills quiet: from three to six, by the shop's own clock. */
const NIGHT = { from: 3, until: 6 };
const ROUND = 'square-shelf';

/** What the work needs of an open shop. */
export function shelfDesk({ db, tills, log }: Pick<Shop, 'db' | 'tills' | 'log'>, now: () => number): ShelfDesk {
  return {
    db,
    square: (storeId) => tills.square(storeId),
    now,
    onError: (error) => log.warn({ error: errorName(error) }, 'a shelf could not be compared with Square'),
  };
}

/** One round. @param now milliseconds since 1970 (UTC) */
export async function keepShelves(shop: Shop, now: () => number): Promise<void> {
  const desk = shelfDesk(shop, now);
  await sendMoves(desk, PER_ROUND_MAX);
  await settleChecks(desk, PER_ROUND_MAX);
  for (const store of shop.stores()) {
    if ((await shop.tills.square(store.id)) === null) continue;
    await readWhatChanged(desk, store);
    await keepNight(shop, store, now);
  }
}

/** Square said that its catalogue changed: it is read from where it was read last. */
async function readWhatChanged(desk: ShelfDesk, store: Store): Promise<void> {
  const at = new Date(desk.now());
  const [due] = await desk.db
    .update(squareCatalogues)
    .set({ leasedUntil: new Date(desk.now() + READING_LEASE_MS) })
    .where(
      and(
        eq(squareCatalogues.storeId, store.id),
        lte(squareCatalogues.dueAt, at),
        or(isNull(squareCatalogues.leasedUntil), lte(squareCatalogues.leasedUntil, at)),
      ),
    )
    .returning();
  const shop = due && (await desk.square(store.id));
  if (!due || !shop) return;
  if (due.readUntil !== null) await importFromSquare(desk, shop, store, due.readUntil); // never before the first import
  const same = and(
    eq(squareCatalogues.storeId, store.id),
    sql`${squareCatalogues.dueAt} is not distinct from ${due.dueAt}`,
  );
  await desk.db.update(squareCatalogues).set({ dueAt: null, leasedUntil: null }).where(same);
}

async function keepNight(shop: Shop, store: Store, now: () => number): Promise<void> {
  const { hour, date } = clockOf(store.timezone, now());
  if (hour < NIGHT.from || hour >= NIGHT.until) return;
  const key = { storeId: store.id, name: ROUND, night: date };
  const leasedUntil = new Date(now() + NIGHT_LEASE_MS);
  const begun = await shop.db
    .insert(nightRounds)
    .values({ ...key, startedAt: new Date(now()), leasedUntil })
    .onConflictDoUpdate({
      target: [nightRounds.storeId, nightRounds.name, nightRounds.night],
      set: { startedAt: new Date(now()), leasedUntil },
      setWhere: sql`${nightRounds.finishedAt} is null and ${nightRounds.leasedUntil} <= ${new Date(now())}`,
    })
    .returning();
  if (begun.length === 0) return;
  const { bad, ...figures } = await reconcile(shop, store, now);
  await shop.db
    .update(nightRounds)
    .set({ finishedAt: new Date(now()), result: { ...figures, bad: bad.length } })
    .where(and(eq(nightRounds.storeId, key.storeId), eq(nightRounds.name, ROUND), eq(nightRounds.night, date)));
}

/** Goes through the whole catalogue and every count; differences are mended, and named in `stock_findings`. */
export async function reconcile(shop: Shop, store: Store, now: () => number): Promise<Imported> {
  const square = await shop.tills.square(store.id);
  if (!square) throw new Error(`store ${store.id} has no Square`);
  const done = await importFromSquare(shelfDesk(shop, now), square, store, null);
  const { mended, promised, later } = done;
  if (mended + promised > 0)
    shop.log.warn({ store: store.id, mended, promised, later }, 'our shelf and Square differed');
  return done;
}

function clockOf(timeZone: string, nowMs: number): { hour: number; date: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  }).formatToParts(nowMs);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return { hour: Number(part('hour')), date: `${part('year')}-${part('month')}-${part('day')}` };
}
