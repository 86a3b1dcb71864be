// Square's catalogue as a list of books: variations whose `upc` or `sku` is an ISBN-13 and that are sold at this location.
// What looks like a book and cannot be one is named; what is no book (mugs, gift cards) is passed over.
import { z } from 'zod';
import { Isbn13 } from '../../../schema/acts.ts';
import { LINK } from '../../../schema/links-and-amounts.ts';
import type { SquarePlace } from './square-shop.ts';
import { isSoldAt, priceAt, Variation } from './variation.ts';

export type SquareBook = { isbn13: string; variationId: string; title: string; priceCents: number };
/** `gone`: variations that Square sells no more. `readUntil`: Square's own time, to go on from. */
export type CataloguePart = {
  books: SquareBook[];
  bad: Array<{ item: string; reason: string }>;
  gone: string[];
  readUntil: string;
};

const id = z.string().min(1);
const Item = z.object({
  type: z.literal('ITEM'),
  id,
  isDeleted: z.boolean().nullish(),
  itemData: z.object({ name: z.string().nullish(), variations: z.array(Variation).nullish() }).nullish(),
});
const Objects = z
  .array(z.union([Item, Variation.extend({ type: z.literal('ITEM_VARIATION') }), z.object({ type: z.string() })]))
  .nullish()
  .transform((objects) => objects ?? []);
const Page = z.object({
  objects: Objects,
  relatedObjects: Objects,
  cursor: z.string().nullish(),
  latestTime: z.string().nullish(),
});
type CatalogueObject = z.infer<typeof Page>['objects'][number];

const PAGE = 200;
/** More pages than this is a catalogue of a million: something goes in circles. */
const PAGES_MAX = 5_000;
const LOOKS_LIKE_ISBN = /^97[89]\d{10}$/;

/**
 * Everything, or what changed after `since`. @param currency what the shop sells in
 * @param onPage how many variations were read so far
 */
export async function readCatalogue(
  place: SquarePlace,
  {
    since,
    currency,
    onPage = () => undefined,
  }: { since: string | null; currency: string; onPage?: (n: number) => void },
): Promise<CataloguePart> {
  const variations = new Map<string, { variation: Variation; name: string }>();
  let cursor: string | undefined;
  let readUntil: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await readPage(place, since, cursor);
    for (const one of variationsOf(answer)) variations.set(one.variation.id, one);
    readUntil ??= answer.latestTime ?? null;
    onPage(variations.size);
    cursor = answer.cursor ?? undefined;
    if (cursor === undefined) return sorted(place, [...variations.values()], currency, readUntil ?? since ?? '');
  }
  throw new Error(`Square's catalogue did not end after ${PAGES_MAX} pages`);
}

function readPage({ square }: SquarePlace, since: string | null, cursor: string | undefined) {
  const from = cursor === undefined ? {} : { cursor };
  const request =
    since === null
      ? { objectTypes: ['ITEM' as const], limit: PAGE, ...from }
      : {
          objectTypes: ['ITEM' as const, 'ITEM_VARIATION' as const],
          beginTime: since,
          includeDeletedObjects: true,
          includeRelatedObjects: true,
          limit: PAGE,
          ...from,
        };
  return square.ask(Page, (api, call) => api.catalog.search(request, call));
}

/** Of items and on their own; the name is the item's. */
function variationsOf({ objects, relatedObjects }: z.infer<typeof Page>) {
  const items = [...objects, ...relatedObjects].filter(isItem);
  const names = new Map(items.map((item) => [item.id, item.itemData?.name ?? '']));
  const nested = objects.filter(isItem).flatMap((item) =>
    (item.itemData?.variations ?? []).map((variation) => ({
      variation: { ...variation, isDeleted: variation.isDeleted === true || item.isDeleted === true },
      name: item.itemData?.name ?? '',
    })),
  );
  const alone = objects.filter(isVariation).map((variation) => {
    return { variation, name: names.get(variation.itemVariationData.itemId ?? '') ?? '' };
  });
  return [...nested, ...alone];
}

function isItem(object: CatalogueObject): object is z.infer<typeof Item> {
  return object.type === 'ITEM' && 'id' in object;
}

function isVariation(object: CatalogueObject): object is Variation & { type: 'ITEM_VARIATION' } {
  return object.type === 'ITEM_VARIATION' && 'itemVariationData' in object;
}

function sorted(
  { locationId }: SquarePlace,
  found: Array<{ variation: Variation; name: string }>,
  currency: string,
  readUntil: string,
): CataloguePart {
  const part: CataloguePart = { books: [], bad: [], gone: [], readUntil };
  for (const { variation, name } of found) {
    if (variation.isDeleted === true || !isSoldAt(variation, locationId)) part.gone.push(variation.id);
    else take(part, variation, name, priceAt(variation, locationId), currency);
  }
  return withoutTwins(part);
}

function take(
  part: CataloguePart,
  variation: Variation,
  name: string,
  price: ReturnType<typeof priceAt>,
  currency: string,
) {
  const item = `${name === '' ? 'an item without a name' : `"${name}"`} (${variation.id})`;
  const code = isbnOf(variation);
  if (code === null) return;
  const isbn13 = Isbn13.safeParse(code);
  const refuse = (reason: string) => void part.bad.push({ item, reason });
  if (!isbn13.success) return refuse(`${code} looks like an ISBN-13, but its last digit is wrong`);
  if (name === '') return refuse('has no name');
  if (LINK.test(name)) return refuse('holds a web address');
  if (!price || price.cents <= 0) return refuse('has no fixed price');
  if (price.currency !== currency) return refuse(`is priced in ${price.currency}, and the shop sells in ${currency}`);
  part.books.push({
    isbn13: isbn13.data,
    variationId: variation.id,
    title: name.slice(0, 300),
    priceCents: price.cents,
  });
}

/** Null for what is no book. */
function isbnOf({ itemVariationData: { upc, sku } }: Variation): string | null {
  const codes = [upc, sku].map((code) => (code ?? '').replaceAll(/[\s-]/g, ''));
  return codes.find((code) => LOOKS_LIKE_ISBN.test(code)) ?? null;
}

/** Two variations that claim one book are two names for it: nobody can say which of them was sold. */
function withoutTwins(part: CataloguePart): CataloguePart {
  const claims = new Map<string, number>();
  for (const { isbn13 } of part.books) claims.set(isbn13, (claims.get(isbn13) ?? 0) + 1);
  const isTwin = ({ isbn13 }: SquareBook) => (claims.get(isbn13) ?? 0) > 1;
  const bad = part.books.filter(isTwin).map(({ title, variationId, isbn13 }) => {
    return { item: `"${title}" (${variationId})`, reason: `claims ${isbn13}, and so does another variation` };
  });
  return { ...part, books: part.books.filter((book) => !isTwin(book)), bad: [...part.bad, ...bad] };
}
