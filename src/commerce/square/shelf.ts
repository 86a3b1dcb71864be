// What Square's own catalogue says of a few books. A book is known there by its ISBN in `upc`, or else in `sku`; where two
// variations claim one ISBN, or it has no fixed price, it counts as unknown and is sold by name and price.
import { z } from 'zod';
import type { ShelfFact } from '../till.ts';
import type { SquareDesk } from './client.ts';
import { Money } from './wire.ts';

type Place = { square: SquareDesk; locationId: string };

const id = z.string().min(1);
const Places = z.array(z.string()).nullish();
const Override = z.object({ locationId: id.nullish(), priceMoney: Money.nullish(), soldOut: z.boolean().nullish() });
const Variation = z.object({
  id,
  presentAtAllLocations: z.boolean().nullish(),
  presentAtLocationIds: Places,
  absentAtLocationIds: Places,
  itemVariationData: z.object({
    upc: z.string().nullish(),
    sku: z.string().nullish(),
    priceMoney: Money.nullish(),
    trackInventory: z.boolean().nullish(),
    locationOverrides: z.array(Override).nullish(),
  }),
});
type Variation = z.infer<typeof Variation>;
const SearchAnswer = z.object({ objects: z.array(Variation).nullish() }).transform(({ objects }) => objects ?? []);
const CountsAnswer = z.array(z.object({ catalogObjectId: id, state: z.literal('IN_STOCK'), quantity: z.string() }));

/** Those of the books that Square sells at this location. @param isbn13s at most 250 */
export async function lookUp(place: Place, isbn13s: string[], signal?: AbortSignal): Promise<ShelfFact[]> {
  const byUpc = await search(place, 'upc', isbn13s, signal);
  const others = isbn13s.filter((isbn13) => !byUpc.has(isbn13));
  const known = new Map([...byUpc, ...(await search(place, 'sku', others, signal))]);
  const single = [...known].flatMap(([isbn13, [first, second]]) =>
    first && !second ? [{ isbn13, variation: first }] : [],
  );
  const counts = await countsOf(place, single, signal);
  return single.flatMap(({ isbn13, variation }) =>
    factOf(place.locationId, isbn13, variation, counts.get(variation.id)),
  );
}

async function search(
  { square, locationId }: Place,
  attributeName: 'upc' | 'sku',
  attributeValues: string[],
  signal?: AbortSignal,
): Promise<Map<string, Variation[]>> {
  if (attributeValues.length === 0) return new Map();
  const query = { setQuery: { attributeName, attributeValues } };
  const found = await square.ask(
    SearchAnswer,
    (api, call) => api.catalog.search({ objectTypes: ['ITEM_VARIATION'], query }, call),
    signal,
  );
  const here = found.filter((variation) => isSoldAt(variation, locationId));
  return new Map(
    attributeValues.flatMap((isbn13) => {
      const variations = here.filter(({ itemVariationData }) => itemVariationData[attributeName] === isbn13);
      return variations.length === 0 ? [] : [[isbn13, variations]];
    }),
  );
}

function isSoldAt(variation: Variation, locationId: string): boolean {
  if (variation.presentAtLocationIds?.includes(locationId) === true) return true;
  return variation.presentAtAllLocations !== false && variation.absentAtLocationIds?.includes(locationId) !== true;
}

async function countsOf(
  { square, locationId }: Place,
  known: Array<{ variation: Variation }>,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  if (known.length === 0) return new Map();
  const catalogObjectIds = known.map(({ variation }) => variation.id);
  const wanted = { catalogObjectIds, locationIds: [locationId], states: ['IN_STOCK' as const] };
  const counts = await square.ask(
    CountsAnswer,
    async (api, call) => {
      const rows: unknown[] = [];
      for await (const row of await api.inventory.batchGetCounts(wanted, call)) rows.push(row);
      return rows;
    },
    signal,
  );
  return new Map(counts.map(({ catalogObjectId, quantity }) => [catalogObjectId, quantity]));
}

function factOf(
  locationId: string,
  isbn13: string,
  { id: catalogId, itemVariationData }: Variation,
  count?: string,
): ShelfFact[] {
  const { locationOverrides, priceMoney, trackInventory } = itemVariationData;
  const here = locationOverrides?.find((override) => override.locationId === locationId);
  const price = here?.priceMoney ?? priceMoney;
  if (!price) return [];
  const untracked = count === undefined && trackInventory !== true;
  const copies = untracked ? null : wholeCopies(count ?? '0');
  return [{ isbn13, catalogId, priceCents: price.cents, copies: here?.soldOut === true ? 0 : copies }];
}

/** "3.50" is three; what is no number, or less than nothing, is none. */
function wholeCopies(quantity: string): number {
  const copies = Math.floor(Number(quantity));
  return Number.isFinite(copies) && copies > 0 ? copies : 0;
}
