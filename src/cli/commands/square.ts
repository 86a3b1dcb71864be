// `marty square import` and `marty square reconcile`: Square's catalogue and counts into ours.
import cliProgress from 'cli-progress';
import { reconcile, shelfDesk } from '../shop/keep-shelves.ts';
import type { Shop } from '../shop/open-shop.ts';
import { importFromSquare } from '../shop/square-import.ts';
import type { Imported } from '../shop/square-import.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withPreparedShop, withShop } from './with-shop.ts';

const BAD_SHOWN_MAX = 50;
type InStore = { store?: string };

export async function runSquareImport({ store: slug }: InStore): Promise<void> {
  await withPreparedShop(async (shop) => {
    const store = storeOf(shop, slug);
    const bar = new cliProgress.SingleBar({ format: '{bar} {value}/{total} {what}', stream: process.stderr });
    bar.start(0, 0, { what: 'variations read' });
    const done = await importFromSquare(shelfDesk(shop, shop.clock.now), await squareOf(shop, store.id), store, null, {
      onRead: (read) => {
        bar.setTotal(read);
        bar.update(read);
      },
      onTotal: (books) => bar.start(books, 0, { what: 'books' }),
      onBooks: (books) => bar.update(books),
    }).finally(() => bar.stop());
    say(store.name, done);
  });
}

export async function runSquareReconcile({ store: slug }: InStore): Promise<void> {
  await withShop(async (shop) => {
    const store = storeOf(shop, slug);
    await squareOf(shop, store.id);
    say(store.name, await reconcile(shop, store, shop.clock.now));
  });
}

async function squareOf(shop: Shop, storeId: number) {
  const square = await shop.tills.square(storeId);
  if (square) return square;
  throw new UsageError(
    'This shop has no Square. Set SQUARE_ACCESS_TOKEN and SQUARE_LOCATION_ID, or give the shop its own with `marty stores keys`.',
  );
}

function say(name: string, { books, added, changed, mended, promised, later, uncounted, bad }: Imported): void {
  for (const { item, reason } of bad.slice(0, BAD_SHOWN_MAX)) console.error(`skipped: ${item} ${reason}`);
  if (bad.length > BAD_SHOWN_MAX) console.error(`… and ${bad.length - BAD_SHOWN_MAX} more`);
  console.log(
    `${name}: ${books} books at Square, ${added} new to us, ${changed} changed; counts: ${mended} taken over, ` +
      `${promised} lower than what is promised, ${later} left for later, ${uncounted} not counted there; ${bad.length} skipped.`,
  );
}
