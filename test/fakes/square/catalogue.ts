// Square's catalogue and inventory: searches, counts and changes.
import { z } from 'zod';
import { ok, refuse } from './answers.ts';
import type { Answer } from './answers.ts';
import { usd } from './books.ts';
import type { Variation } from './books.ts';
import type { Place, Route } from './route.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SearchByAttribute = z.strictObject({
  object_types: z.tuple([z.literal('ITEM_VARIATION')]),
  query: z.strictObject({
    set_query: z.strictObject({
      attribute_name: z.enum(['upc', 'sku']),
      attribute_values: z.array(z.string()).min(1).max(250),
    }),
  }),
});
const SearchAll = z.strictObject({
  object_types: z.array(z.enum(['ITEM', 'ITEM_VARIATION'])).min(1),
  include_related_objects: z.boolean().optional(),
  include_deleted_objects: z.boolean().optional(),
  begin_time: z.iso.datetime().optional(),
  cursor: z.string().optional(),
  limit: z.int().max(1000),
});
const ReadCounts = z.strictObject({
  catalog_object_ids: z.array(z.string()).max(1000),
  location_ids: z.tuple([z.string()]),
  states: z.tuple([z.literal('IN_STOCK')]),
  cursor: z.string().optional(),
});
const change = {
  reference_id: z.string(),
  catalog_object_id: z.string(),
  catalog_object_type: z.literal('ITEM_VARIATION'),
  quantity: z.string().regex(/^\d+$/),
  occurred_at: z.iso.datetime(),
};
const State = z.enum(['NONE', 'IN_STOCK', 'SOLD', 'WASTE']);
const Change = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ADJUSTMENT'),
    adjustment: z.strictObject({
      ...change,
      from_state: State,
      to_state: State,
      from_location_id: z.string(),
      to_location_id: z.string(),
    }),
  }),
  z.strictObject({
    type: z.literal('PHYSICAL_COUNT'),
    physical_count: z.strictObject({ ...change, state: z.literal('IN_STOCK'), location_id: z.string() }),
  }),
]);
const ChangeInventory = z.strictObject({
  idempotency_key: z.uuid(),
  changes: z.array(Change).min(1).max(100),
  ignore_unchanged_counts: z.boolean().optional(),
});

export const catalogueRoutes: Route[] = [
  { on: /^POST \/v2\/catalog\/search$/, answer: search },
  { on: /^POST \/v2\/inventory\/counts\/batch-retrieve$/, answer: readCounts },
  { on: /^POST \/v2\/inventory\/changes\/batch-create$/, answer: changeInventory },
];

function search(place: Place, _params: string[], body: unknown): Answer {
  const byAttribute = SearchByAttribute.safeParse(body);
  if (!byAttribute.success) return searchAll(place, SearchAll.parse(body));
  const { attribute_name, attribute_values } = byAttribute.data.query.set_query;
  const hits = [...place.books.variations.values()].filter((one) =>
    attribute_values.includes(one[attribute_name] ?? ''),
  );
  return ok(hits.length === 0 ? {} : { objects: hits.map(describeVariation) });
}

/** One item a variation, a page at a time. */
function searchAll({ books }: Place, { cursor = '0', limit, begin_time, ...asked }: z.infer<typeof SearchAll>): Answer {
  const changed = [...books.variations.values()].filter(
    ({ updatedAt, isDeleted }) =>
      (begin_time === undefined || (updatedAt ?? '') > begin_time) && (asked.include_deleted_objects || !isDeleted),
  );
  const from = Number(cursor);
  const page = changed.slice(from, from + limit);
  const objects = page.map((one) => {
    return asked.object_types.includes('ITEM_VARIATION') ? describeVariation(one) : describeItem(one);
  });
  const related = asked.object_types.includes('ITEM_VARIATION') ? { related_objects: page.map(describeItem) } : {};
  const more = from + limit < changed.length ? { cursor: String(from + limit) } : {};
  return ok({ ...(objects.length > 0 ? { objects, ...related } : {}), ...more, latest_time: new Date().toISOString() });
}

function describeItem(variation: Variation): object {
  const item_data = { name: variation.name ?? 'Something', variations: [describeVariation(variation)] };
  return { type: 'ITEM', id: `item-${variation.id}`, version: 1, present_at_all_locations: true, item_data };
}

function describeVariation({ id, upc, sku, priceCents, count, isDeleted = false }: Variation): object {
  const price = priceCents === null ? { pricing_type: 'VARIABLE_PRICING' } : { price_money: usd(priceCents) };
  const item_variation_data = { item_id: `item-${id}`, upc, sku, ...price, track_inventory: count !== null };
  return {
    type: 'ITEM_VARIATION',
    id,
    version: 1_700_000_000_000,
    is_deleted: isDeleted,
    present_at_all_locations: true,
    item_variation_data,
  };
}

function readCounts({ books, locationId }: Place, _params: string[], body: unknown): Answer {
  const { catalog_object_ids } = ReadCounts.parse(body);
  return ok({ counts: catalog_object_ids.flatMap((id) => countOf(books.variations.get(id), locationId)) });
}

function countOf(variation: Variation | undefined, location_id: string): object[] {
  if (!variation || variation.count === null) return [];
  const row = {
    catalog_object_id: variation.id,
    catalog_object_type: 'ITEM_VARIATION',
    state: 'IN_STOCK',
    location_id,
  };
  return [{ ...row, quantity: String(variation.count), calculated_at: new Date().toISOString() }];
}

function changeInventory({ books, locationId }: Place, _params: string[], body: unknown): Answer {
  const { changes } = ChangeInventory.parse(body);
  for (const one of changes) {
    const what = one.type === 'ADJUSTMENT' ? one.adjustment : one.physical_count;
    const variation = books.variations.get(what.catalog_object_id);
    const tooOld = Date.parse(what.occurred_at) < Date.now() - DAY_MS;
    if (!variation || tooOld) return refuse(400, 'INVALID_REQUEST_ERROR', 'INVALID_VALUE');
    books.changes.push(one);
    variation.count ??= 0;
    books.move(variation, movedBy(one, variation.count));
  }
  const counts = changes.flatMap((one) => {
    const { catalog_object_id: id } = one.type === 'ADJUSTMENT' ? one.adjustment : one.physical_count;
    return countOf(books.variations.get(id), locationId);
  });
  return ok({ counts, changes });
}

function movedBy(one: z.infer<typeof Change>, count: number): number {
  if (one.type === 'PHYSICAL_COUNT') return Number(one.physical_count.quantity) - count;
  const { from_state, quantity } = one.adjustment;
  return from_state === 'IN_STOCK' ? -Number(quantity) : Number(quantity);
}
