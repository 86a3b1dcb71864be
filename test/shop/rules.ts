// What must be true of the whole shop whenever nothing is under way, read from its tables alone.

/** Whatever asks the database: a pool, or a simulated world. */
export type Ask = (text: string, values?: unknown[]) => Promise<Array<Record<string, unknown>>>;

/** Copies that came into the shop, by ISBN: those that stand there and those that were sold. */
export type Stock = Map<string, number>;

const SOLD = `
  SELECT line ->> 'isbn13' AS isbn13, sum((line ->> 'copies')::int)::int AS copies
  FROM reservations, jsonb_array_elements(lines) AS line WHERE state = $1 GROUP BY 1`;

export async function stockOf(ask: Ask): Promise<Stock> {
  const rows = await ask(
    `SELECT isbn13, on_hand + coalesce(sold.copies, 0) AS came FROM inventory LEFT JOIN (${SOLD}) AS sold USING (isbn13)`,
    ['sold'],
  );
  return new Map(rows.map(({ isbn13, came }) => [String(isbn13), Number(came)]));
}

/** Rows that break a rule; each query answers none. */
const RULES: ReadonlyArray<[rule: string, query: string]> = [
  [
    'turns of an actor are numbered without gaps',
    `SELECT a.key, a.machine, a.seq, count(e.seq)::int AS turns FROM actors a LEFT JOIN events e ON e.store_id = a.store_id AND e.actor_key = a.key
     GROUP BY a.store_id, a.key HAVING count(e.seq) <> a.seq OR count(DISTINCT e.seq) <> a.seq OR coalesce(max(e.seq), 0) <> a.seq`,
  ],
  [
    'every command is settled',
    `SELECT name, status, code FROM commands WHERE status NOT IN ('done', 'refused', 'cancelled')`,
  ],
  [
    'no event and no actor is set aside',
    `SELECT type, trouble FROM inbox UNION ALL SELECT machine, trouble FROM actors WHERE status = 'aside'`,
  ],
  [
    'every bubble left, or was dropped for a reason',
    `SELECT status, reason FROM messages WHERE direction = 'outbound'
     AND NOT (status IN ('sent', 'delivered') OR (status = 'dropped' AND reason IS NOT NULL AND kind = 'talk'))`,
  ],
  [
    'one link and one charge per order and revision',
    `SELECT order_id FROM till_intents WHERE operation = 'link' GROUP BY store_id, order_id, key HAVING count(*) > 1
     UNION ALL SELECT order_id FROM till_links WHERE state <> 'cancelled' GROUP BY order_id HAVING count(*) > 1`,
  ],
  [
    'what was paid is an order that knows it',
    `SELECT l.order_id, o.state, o.payment_reference FROM till_links l LEFT JOIN orders o ON o.id = l.order_id
     WHERE l.state = 'paid' AND (o.payment_status NOT IN ('paid', 'refundPending', 'refunded') OR o.payment_reference IS DISTINCT FROM l.payment_id OR o.total_cents <> l.total_cents)`,
  ],
  [
    'an order that is paid by link has its payment',
    `SELECT o.id, o.state FROM orders o LEFT JOIN till_links l ON l.order_id = o.id AND l.state = 'paid'
     WHERE o.payment_status = 'paid' AND o.fulfillment <> 'hold' AND l.id IS NULL
       AND NOT EXISTS (SELECT FROM till_intents i WHERE i.order_id = o.id AND i.provider = 'square')`,
  ],
  [
    'only open orders have open links',
    `SELECT o.id, o.state FROM till_links l JOIN orders o ON o.id = l.order_id WHERE l.state = 'open' AND o.state <> 'awaitingPayment'`,
  ],
  [
    'promised copies are promised to an order that waits, or to somebody who waits for the book',
    `SELECT r.order_id, o.state, w.state AS waits FROM reservations r
     LEFT JOIN orders o ON o.store_id = r.store_id AND o.id = r.order_id LEFT JOIN waitlist w ON w.store_id = r.store_id AND w.id = r.order_id
     WHERE r.state = 'held' AND coalesce(o.state, '') NOT IN ('awaitingPayment', 'held') AND coalesce(w.state, '') NOT IN ('called', 'told')`,
  ],
  [
    "who was told that a book is back has one copy set aside, until it is theirs or somebody else's",
    `SELECT w.id, w.state, w.isbn13 FROM waitlist w LEFT JOIN reservations r
       ON r.store_id = w.store_id AND r.order_id = w.id AND r.state = 'held' AND r.lines = jsonb_build_array(jsonb_build_object('isbn13', w.isbn13, 'copies', 1))
     WHERE (w.state IN ('called', 'told')) <> (r.id IS NOT NULL)`,
  ],
  [
    'a special order that is not here yet holds no copy',
    `SELECT o.id, o.state FROM orders o JOIN reservations r ON r.store_id = o.store_id AND r.order_id = o.id WHERE o.state IN ('toOrder', 'ordered')`,
  ],
  [
    'an order that waits has its copies',
    `SELECT o.id, o.state FROM orders o LEFT JOIN reservations r ON r.order_id = o.id AND r.state = 'held'
     WHERE o.state IN ('awaitingPayment', 'held') AND r.id IS NULL`,
  ],
  [
    'an order that was sold has its copies sold once',
    `SELECT o.id, o.state, count(r.id)::int AS sold FROM orders o LEFT JOIN reservations r ON r.order_id = o.id AND r.state = 'sold'
     WHERE o.state IN ('paid', 'preparing', 'ready', 'pickedUp', 'shipped', 'delivered') GROUP BY o.id, o.state HAVING count(r.id) <> 1`,
  ],
  [
    'the shelf counts what is promised',
    `SELECT i.isbn13, i.reserved, held.copies FROM inventory i LEFT JOIN (${SOLD.replace('$1', "'held'")}) AS held USING (isbn13)
     WHERE i.reserved <> coalesce(held.copies, 0)`,
  ],
  ['no order stays in between', `SELECT id, state FROM orders WHERE state IN ('draft', 'closing')`],
];

/** Where a sending was cut short: talk that grew stale before it was tried again may have arrived, and nobody can tell. */
const WHERE_CUT_SHORT: Readonly<Record<string, string>> = {
  'every bubble left, or was dropped for a reason': `SELECT status, reason FROM messages WHERE direction = 'outbound'
     AND NOT (status IN ('sent', 'delivered')
       OR (kind = 'talk' AND reason IS NOT NULL AND (status = 'dropped' OR (status = 'unknown' AND reason = 'stale'))))`,
};

/**
 * What a shop whose providers failed it for less than a day may show besides: work that was given up, for people to see or to try again;
 * talk that found no provider in time, and bubbles that a provider refused, or may have, where nobody can tell.
 */
const UNDER_FAULTS: Readonly<Record<string, string>> = {
  'every command is settled': `SELECT name, status, code FROM commands
     WHERE status NOT IN ('done', 'refused', 'cancelled') AND NOT (status = 'failed' AND code = 'exhausted')`,
  'every bubble left, or was dropped for a reason': `SELECT kind, status, reason, channel FROM messages WHERE direction = 'outbound'
     AND NOT (status IN ('sent', 'delivered', 'unknown') OR (status = 'failed' AND NOT (kind = 'fact' AND reason = 'unreachable'))
       OR (status = 'dropped' AND reason IS NOT NULL))`,
};

/** Rules that hold in another form, by what befell the providers. */
const MILDER: Readonly<Record<'sound' | 'cutShort' | 'faulty', Readonly<Record<string, string>>>> = {
  sound: {},
  cutShort: WHERE_CUT_SHORT,
  faulty: UNDER_FAULTS,
};

/**
 * The rules that do not hold, and the rows that break them.
 * @param came what came into the shop, as far as the test knows: nothing else may have appeared or gone
 * @param providers `cutShort`: calls to them were broken off; `faulty`: what they refused for good may have been given up
 */
export async function brokenRules(
  ask: Ask,
  came: Stock,
  providers: keyof typeof MILDER = 'sound',
): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {};
  for (const [rule, query] of RULES) {
    const rows = await ask(MILDER[providers][rule] ?? query);
    if (rows.length > 0) broken[rule] = rows;
  }
  const strayed = [...(await stockOf(ask))].filter(([isbn13, copies]) => came.get(isbn13) !== copies);
  if (strayed.length > 0) broken['copies are on the shelf or sold'] = strayed;
  return broken;
}
