// The inbox: conversations by what staff look for, each with what it waits for. Lists that are short by nature (who waits,
// whom a person has) are sorted here; the long ones are walked along an index.
import type { AnyStateNode } from 'xstate';
import { z } from 'zod';
import { customerMachine } from '../../../../machines/customer.ts';
import type { InboxDesk, InboxRequest } from '../../../web/deps.ts';
import type { InboxItem, InboxPage } from '../../../web/wire/inbox.ts';
import { OPEN_STATES } from '../../../commerce/order-states.ts';
import { archiveOf } from '../actor-desk.ts';
import type { Shop } from '../open-shop.ts';
import { cursorOf, parseCursor, placeOf } from '../place.ts';
import { statePath } from '../state-path.ts';
import { findCustomers } from './find-customers.ts';
import { inboxRows, lastMessages, openOrderCounts } from './inbox-rows.ts';
import type { InboxRow, StateCondition } from './inbox-rows.ts';
import { keepersOf } from './keepers.ts';
import { waitsOf } from './waits.ts';
import type { Wait } from './waits.ts';

const COUNTED_MAX = 1_000;
/** Of those who wait, a few have no conversation to show: forgotten meanwhile, or never wrote. */
const SPARE = 50;

export function inboxDesk(shop: Shop): InboxDesk {
  return {
    list: (request) => list(shop, request),
    async find(storeId, key) {
      const rows = await inboxRows(shop.database.pool, { storeId, unreadOnly: false, keys: [key], limit: 1 });
      const [item = null] = await itemsOf(
        shop,
        storeId,
        rows,
        await waitsOf(shop.database.pool, storeId, shop.clock.now()),
      );
      return item;
    },
    async markRead(storeId, key) {
      const { rowCount } = await shop.database.pool.query(
        'UPDATE threads SET unread = 0, read_at = $3 WHERE store_id = $1 AND actor_key = $2',
        [storeId, key, new Date(shop.clock.now())],
      );
      return rowCount === 1;
    },
  };
}

async function list(shop: Shop, request: InboxRequest): Promise<InboxPage> {
  const { pool } = shop.database;
  const { storeId, filter, q, staffId, limit } = request;
  const [waits, kept, unread, found, state] = await Promise.all([
    waitsOf(pool, storeId, shop.clock.now()),
    keepersOf(shop, storeId, null),
    countUnread(shop, storeId),
    q === undefined ? undefined : findCustomers(shop, storeId, q),
    request.state === undefined ? undefined : stateCondition(shop, storeId, request.state),
  ]);
  const counts = { waiting: waits.size, unread, staff: kept.size };
  const mine = [...kept].filter(([, { id }]) => filter === 'staff' || id === staffId).map(([key]) => key);
  const only = { all: undefined, unread: undefined, waiting: [...waits.keys()], staff: mine, mine }[filter];
  const keys = both(only, found);
  const query = { storeId, unreadOnly: filter === 'unread', state };
  const rows =
    filter === 'waiting'
      ? await longestWaiting(shop, { ...query, keys: keys ?? [] }, waits, request)
      : await newest(shop, { ...query, keys }, request);
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  const nextCursor = last ? endOf(filter, last) : null;
  return { items: await itemsOf(shop, storeId, page, waits, kept), nextCursor, counts };
}

type Wanted = { storeId: number; unreadOnly: boolean; state: StateCondition | undefined };

function newest(shop: Shop, query: Wanted & { keys: string[] | undefined }, { cursor, limit }: InboxRequest) {
  const before = cursor === undefined ? undefined : placeOf(cursor);
  return inboxRows(shop.database.pool, { ...query, before, limit: limit + 1 });
}

// The cursor is the key of the last row: who was answered meanwhile is gone from the list, and the page begins anew.
async function longestWaiting(
  shop: Shop,
  query: Wanted & { keys: string[] },
  waits: ReadonlyMap<string, Wait[]>,
  { cursor, limit }: InboxRequest,
): Promise<InboxRow[]> {
  const after = cursor === undefined ? undefined : parseCursor(z.uuid(), JSON.stringify(cursor));
  const wanted = new Set(query.keys);
  const ordered = [...waits.keys()].filter((key) => wanted.has(key));
  const rest = ordered.slice(after === undefined ? 0 : ordered.indexOf(after) + 1);
  // Without another condition hardly a row falls out, so that a page needs little more than its own.
  const keys = query.state === undefined ? rest.slice(0, limit + SPARE) : rest;
  const rows = await inboxRows(shop.database.pool, { ...query, keys, limit: keys.length });
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return keys.flatMap((key) => byKey.get(key) ?? []).slice(0, limit + 1);
}

function endOf(filter: InboxRequest['filter'], { key, heard_at: at }: InboxRow): string {
  return filter === 'waiting' ? key : cursorOf({ at, id: key });
}

function both(one: string[] | undefined, other: string[] | undefined): string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const wanted = new Set(other);
  return one.filter((key) => wanted.has(key));
}

async function countUnread({ database }: Shop, storeId: number): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM threads WHERE store_id = $1 AND unread > 0 LIMIT ${COUNTED_MAX}) seen`,
    [storeId],
  );
  return rows[0]?.count ?? 0;
}

const TAGS = new Map([
  ['staff', 'staff'],
  ['attention.staff', 'staff'],
  ['wanted', 'needsStaff'],
  ['attention.wanted', 'needsStaff'],
]);

async function stateCondition(shop: Shop, storeId: number, state: string): Promise<StateCondition> {
  if (/^(?:consent\.)?optedOut$/.test(state)) return { optedOut: true };
  const tag = TAGS.get(state);
  if (tag !== undefined) return { tag };
  const standings = await archiveOf(shop).standingsWith(storeId, 'customer', state);
  if (standings.length > 0 || !isElsewhere(state)) return { standings };
  return { valueLike: `%"${state.slice(state.lastIndexOf('.') + 1)}"%` };
}

const { conversation: _region, ...elsewhere } = customerMachine.root.states;
const ELSEWHERE = new Set(Object.values(elsewhere).flatMap(namesIn));

function namesIn({ key, states }: AnyStateNode): string[] {
  return [key, ...Object.values(states).flatMap(namesIn)];
}

/** A state of the chart's other regions, which no index knows: most last a moment. */
function isElsewhere(state: string): boolean {
  return state.split('.').every((name) => ELSEWHERE.has(name));
}

/** @param kept who has which conversation, where that is known already */
async function itemsOf(
  shop: Shop,
  storeId: number,
  rows: readonly InboxRow[],
  waits: ReadonlyMap<string, Wait[]>,
  kept?: Awaited<ReturnType<typeof keepersOf>>,
): Promise<InboxItem[]> {
  const { pool } = shop.database;
  const keys = rows.map(({ key }) => key);
  const [last, orders, keepers] = await Promise.all([
    lastMessages(pool, storeId, keys),
    openOrderCounts(pool, storeId, keys, OPEN_STATES),
    kept ?? keepersOf(shop, storeId, keys),
  ]);
  return rows.map((row) => {
    const { key, data_key: dataKey, address_sealed: address, name_sealed: name } = row;
    const phone = address ? shop.vault.openShared(address) : key;
    const said = last.get(key);
    const open = (sealed: Buffer | null) => (dataKey && sealed ? shop.vault.open(dataKey, sealed) : null);
    return {
      id: `customer:${phone}`,
      key,
      phone,
      name: open(name),
      state: statePath(row.standing),
      status: row.status,
      attention: row.tags.includes('"staff"') ? 'staff' : row.tags.includes('"needsStaff"') ? 'wanted' : 'marty',
      keeper: keepers.get(key) ?? null,
      waits: (waits.get(key) ?? []).map(({ since, ...wait }) => ({ ...wait, since: since.toISOString() })),
      last: said
        ? {
            text: open(said.body_sealed) ?? '',
            at: said.at.toISOString(),
            by: said.by,
            direction: said.direction,
            status: said.status,
          }
        : null,
      lastAt: (said && said.at > row.heard_at ? said.at : row.heard_at).toISOString(),
      unread: row.unread,
      openOrders: orders.get(key) ?? 0,
      optedOut: row.opted_out,
    };
  });
}
