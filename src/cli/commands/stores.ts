// `marty stores ls` and `marty stores add`: more shops in the same database, none of which sees another.
import { addStore } from '../../commerce/stores.ts';
import { openingHours } from '../config/opening-hours.ts';
import { UsageError, withPreparedShop } from './with-shop.ts';

export async function runStoresList(): Promise<void> {
  await withPreparedShop((shop) => {
    for (const { id, slug, name, phone, timezone, currency } of shop.stores()) {
      console.log([id, slug, name, phone ?? 'no number', timezone, currency].join('  '));
    }
    return Promise.resolve();
  });
}

export type StoreFlags = {
  name: string;
  phone?: string;
  timezone: string;
  hours: string;
  currency: string;
  taxRate: string;
  shippingCents: string;
};

export async function runStoresAdd(slug: string, flags: StoreFlags): Promise<void> {
  const hours = openingHours.safeParse(flags.hours);
  if (!hours.success) throw new UsageError(`--hours ${flags.hours}: write it like "Wed-Sun 12-19".`);
  await withPreparedShop(async ({ db }) => {
    const { name, phone = null, timezone, currency } = flags;
    const money = {
      taxRatePpm: Math.round(Number(flags.taxRate) * 10_000),
      shippingCents: Number(flags.shippingCents),
    };
    const store = await addStore(db, { slug, name, phone, timezone, currency, hours: hours.data, ...money });
    console.log(`${store.name} is store ${store.id}. Running processes learn of it within a minute.`);
  });
}
