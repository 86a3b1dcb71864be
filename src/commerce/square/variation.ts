// A variation of Square's catalogue, as far as it says what is sold here, for how much, and whether copies are counted.
import { z } from 'zod';
import { Money } from './wire.ts';

const id = z.string().min(1);
const Places = z.array(z.string()).nullish();
const Override = z.object({ locationId: id.nullish(), priceMoney: Money.nullish(), soldOut: z.boolean().nullish() });

export const Variation = z.object({
  id,
  isDeleted: z.boolean().nullish(),
  presentAtAllLocations: z.boolean().nullish(),
  presentAtLocationIds: Places,
  absentAtLocationIds: Places,
  itemVariationData: z.object({
    itemId: id.nullish(),
    upc: z.string().nullish(),
    sku: z.string().nullish(),
    priceMoney: Money.nullish(),
    trackInventory: z.boolean().nullish(),
    locationOverrides: z.array(Override).nullish(),
  }),
});
export type Variation = z.infer<typeof Variation>;

export function isSoldAt(variation: Variation, locationId: string): boolean {
  if (variation.presentAtLocationIds?.includes(locationId) === true) return true;
  return variation.presentAtAllLocations !== false && variation.absentAtLocationIds?.includes(locationId) !== true;
}

/** Null where somebody at the counter says the price. */
export function priceAt({ itemVariationData }: Variation, locationId: string): z.infer<typeof Money> | null {
  const { locationOverrides, priceMoney } = itemVariationData;
  return locationOverrides?.find((one) => one.locationId === locationId)?.priceMoney ?? priceMoney ?? null;
}
