// What Square's own catalogue says of a few books. A book is known there by its ISBN in `upc`, or else in `sku`; where two
// variations claim one ISBN, or it has no fixed price, it counts as unknown and is sold by name and price.
import { z } from 'zod';
import type { ShelfFact } from '../till.ts';
import { countsAt } from './counts.ts';
import type { SquareCount } from './counts.ts';
import type { SquarePlace } from './square-shop.ts';
import { isSoldAt, priceAt, Variation } from './variation.ts';

const SearchAnswer = z.object({ objects: z.array(Variation).nullish() }).transform(({ objects }) => objects ?? []);

/** Those of the books that Square sells at this location. @param isbn13s at most 250 */
export async function lookUp(place: SquarePlace, isbn13s: string[], signal?: AbortSignal): Promise<ShelfFact[]> {
  const byUpc = await search(place, 'upc', isbn13s, signal);
  const others = isbn13s.filter((isbn13) => !byUpc.has(isbn13));
  const known = new Map([...byUpc, ...(await search(place, 'sku', others, signal))]);
  const single = [...known].flatMap(([isbn13, [first, second]]) =>
    first && !second ? [{ isbn13, variation: first }] : [],
  );
  const ids = single.map(({ variation }) => variation.id);
  const counts = await countsAt(place, ids, signal);
  return single.flatMap(({ isbn13, variation }) =>
    factOf(place.locationId, isbn13, variation, counts.get(variation.id)),
  );
}

async function search(
  { square, locationId }: SquarePlace,
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

function factOf(locationId: string, isbn13: string, variation: Variation, count?: SquareCount): ShelfFact[] {
  const { id: catalogId, itemVariationData } = variation;
  const here = itemVariationData.locationOverrides?.find((override) => override.locationId === locationId);
  const price = priceAt(variation, locationId);
  if (!price) return [];
  const untracked = count === undefined && itemVariationData.trackInventory !== true;
  const copies = untracked ? null : (count?.copies ?? 0);
  return [{ isbn13, catalogId, priceCents: price.cents, copies: here?.soldOut === true ? 0 : copies }];
}
