// What must be true of a simulated shop besides the rules of test/shop/rules.ts: some after every turn, the rest when all is over.
import type { Vault } from '../../src/runtime/vault.ts';
import type { Ask } from '../shop/rules.ts';
import type { Arrived } from './providers.ts';

/** A text or a timer may be late by this much while a process serves all the while (ms): it died with them, perhaps twice in a row. */
const LATE_MS = 5 * 60_000;

/** Each query answers rows that must not be, at any moment between two turns; $1: the actors that have turned, $2: `LATE_MS` ago. */
const ALWAYS: ReadonlyArray<[rule: string, query: string]> = [
  [
    'no more is promised than stands on the shelf',
    'SELECT isbn13, on_hand, reserved FROM inventory WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand',
  ],
  [
    'the shelf counts what is promised',
    `SELECT i.isbn13, i.reserved, held.copies FROM inventory i LEFT JOIN (
       SELECT line ->> 'isbn13' AS isbn13, sum((line ->> 'copies')::int) AS copies FROM reservations, jsonb_array_elements(lines) AS line
       WHERE state = 'held' GROUP BY 1) AS held USING (isbn13) WHERE i.reserved <> coalesce(held.copies, 0)`,
  ],
  [
    'one charge per order',
    `SELECT order_id FROM till_links WHERE state = 'paid' GROUP BY order_id HAVING count(*) > 1`,
  ],
  ['no more goes back than came', 'SELECT order_id FROM till_links WHERE refunded_cents > total_cents'],
  [
    'turns are numbered without gaps',
    `SELECT a.key FROM actors a WHERE a.key = ANY ($1) AND a.seq <> (SELECT count(*) FROM events e WHERE e.store_id = a.store_id AND e.actor_key = a.key)`,
  ],
  [
    'the gate of consent is where the customer put it',
    `SELECT a.key FROM actors a JOIN threads t ON t.actor_key = a.key
     WHERE a.key = ANY ($1) AND a.machine = 'customer' AND t.opted_out <> ((a.snapshot::json -> 'context' ->> 'optedOut')::boolean)`,
  ],
  [
    'the work under way is what the states have asked for',
    `SELECT a.key, wanted.commands AS wanted, open.commands AS open FROM actors a
     CROSS JOIN LATERAL (SELECT string_agg(child.value ->> 'command', ' ' ORDER BY child.value ->> 'command') AS commands
       FROM json_each(a.snapshot::json -> 'children') AS child) AS wanted
     CROSS JOIN LATERAL (SELECT string_agg(c.id::text, ' ' ORDER BY c.id::text) AS commands FROM commands c
       WHERE c.store_id = a.store_id AND c.actor_key = a.key AND c.kind = 'invoke' AND c.status IN ('pending', 'running', 'held')) AS open
     WHERE a.key = ANY ($1) AND a.snapshot IS NOT NULL AND wanted.commands IS DISTINCT FROM open.commands`,
  ],
  [
    'somebody is at work wherever a bubble may leave',
    `SELECT m.actor_key, m.id, m.status FROM messages m WHERE m.direction = 'outbound' AND m.status IN ('queued', 'sending')
       AND NOT EXISTS (SELECT 1 FROM commands c WHERE c.store_id = m.store_id AND c.actor_key = m.actor_key AND c.name = 'deliver'
         AND c.status IN ('pending', 'running', 'failed'))`,
  ],
  [
    'what is due happens',
    `SELECT 'timer' AS what, actor_key FROM timers WHERE due_at < $2 AND held_until < '9000-01-01'
     UNION ALL SELECT 'inbox', actor_key FROM inbox WHERE state = 'waiting' AND not_before < $2
     UNION ALL SELECT 'command', actor_key FROM commands WHERE due_at < $2`,
  ],
];

/** When something is next due that only the database knows of (ms since 1970). */
const NEXT_DUE = `SELECT extract(epoch FROM min(due)) * 1000 AS ms FROM (
  SELECT min(due_at) AS due FROM timers WHERE held_until < '9000-01-01'
  UNION ALL SELECT min(due_at) FROM commands WHERE due_at IS NOT NULL
  UNION ALL SELECT min(not_before) FROM inbox WHERE state = 'waiting'
  UNION ALL SELECT min(due_at) FROM till_events WHERE delivered_at IS NULL
  UNION ALL SELECT min(c.finished_at) FROM commands c JOIN messages m ON m.store_id = c.store_id AND m.actor_key = c.actor_key
    WHERE c.name = 'deliver' AND c.status = 'failed' AND m.status IN ('queued', 'sending')) AS any_of_them`;

// In one round trip: the world asks when something is due as soon as it has been looked at.
const ALL_AT_ONCE = [
  `SELECT NULL AS rule, ms::text AS rows FROM (${NEXT_DUE}) AS next_due`,
  ...ALWAYS.map(
    ([rule, query]) => `SELECT '${rule}', json_agg(broken)::text FROM (${query}) AS broken HAVING count(*) > 0`,
  ),
].join(' UNION ALL ');

/** `nextDueMs`: null where nothing is. */
type Look = { broken: string[]; nextDueMs: number | null };

/**
 * @param turned keys of actors that have turned since the last look
 * @param servedSinceMs since when there has been a process without a pause; null where there is none
 */
export async function brokenNow(
  ask: Ask,
  { turned, nowMs, servedSinceMs }: { turned: readonly string[]; nowMs: number; servedSinceMs: number | null },
): Promise<Look> {
  const lateMs = servedSinceMs !== null && servedSinceMs < nowMs - LATE_MS ? nowMs - LATE_MS : 0;
  const answers = await ask(ALL_AT_ONCE, [turned, new Date(lateMs)]);
  return {
    broken: answers.flatMap(({ rule, rows }) =>
      rule === null ? [] : `${String(rule)}: ${String(rows).slice(0, 300)}`,
    ),
    nextDueMs: msOf(answers.find(({ rule }) => rule === null)?.['rows']),
  };
}

export async function nextDue(ask: Ask): Promise<number | null> {
  const [row] = await ask(NEXT_DUE);
  return msOf(row?.['ms']);
}

function msOf(text: unknown): number | null {
  return typeof text === 'string' ? Number(text) : null;
}

/** Commands that a worker has or could have now: their ids. */
export async function underway(ask: Ask, nowMs: number): Promise<string[]> {
  const soon = new Date(nowMs + LATE_MS);
  const rows = await ask("SELECT id FROM commands WHERE status IN ('pending', 'running') AND due_at < $1", [soon]);
  return rows.map(({ id }) => String(id));
}

/** `accepted`: how many texts were answered with a 2xx. */
type Ended = {
  accepted: number;
  ask: Ask;
  vault: Vault;
  arrived: readonly Arrived[];
  afterStop: readonly string[];
  /** Ids of the commands that a worker has run. */
  performed: readonly string[];
};

export async function brokenInTheEnd(ended: Ended): Promise<string[]> {
  return [
    ...(await outOfOrder(ended)),
    ...(await saidAfterStop(ended)),
    ...(await answeredTwice(ended)),
    ...(await leftWaiting(ended)),
    ...(await lostTexts(ended)),
    ...(await neverAsked(ended)),
  ];
}

const idOf = (reference: string) => reference.slice(reference.indexOf('-') + 1);

// G8: the bubbles of one phone come in the order in which they were said, and none twice where the provider knows it again.
async function outOfOrder({ ask, arrived }: Ended): Promise<string[]> {
  const rows = await ask(
    `SELECT id, actor_key, seq::int, position, channel FROM messages WHERE direction = 'outbound'`,
  );
  const messages = new Map(rows.map((row) => [String(row['id']), row]));
  const last = new Map<string, number>();
  const broken: string[] = [];
  const seen = new Set<string>();
  for (const { reference, to } of arrived) {
    const message = messages.get(idOf(reference));
    if (!message) return [`a bubble arrived that nobody said: ${reference}`];
    if (seen.has(reference)) {
      if (message['channel'] !== 'terminal') broken.push(`${reference} came twice`);
      continue;
    }
    seen.add(reference);
    const place = Number(message['seq']) * 1000 + Number(message['position']);
    if (place < (last.get(to) ?? 0)) broken.push(`${reference} came after a later one`);
    last.set(to, place);
  }
  return broken;
}

// G10
async function saidAfterStop({ ask, afterStop }: Ended): Promise<string[]> {
  const rows = await ask('SELECT id, line FROM messages WHERE id = ANY ($1::uuid[]) AND NOT exempt', [
    afterStop.map(idOf),
  ]);
  return rows.map(({ id, line }) => `${String(id)} (${String(line)}) came after STOP`);
}

// A text is answered by one reply: the model's words name the texts that they answer. An answer that was begun and that nobody saw is none.
async function answeredTwice({ ask, vault }: Ended): Promise<string[]> {
  const rows = await ask(
    `SELECT m.actor_key, m.seq::int, m.body_sealed, a.data_key FROM messages m JOIN actors a ON a.key = m.actor_key
     WHERE m.direction = 'outbound' AND m.line IS NULL AND m.by = 'marty'
       AND NOT (m.begun IS NOT NULL AND m.status IN ('dropped', 'failed')) ORDER BY m.actor_key, m.seq`,
  );
  const answered = new Map<string, number>();
  const broken: string[] = [];
  for (const { actor_key: key, seq, body_sealed: sealed, data_key: dataKey } of rows) {
    if (!(sealed instanceof Buffer) || !(dataKey instanceof Buffer)) continue;
    for (const [token] of vault.open(dataKey, sealed).matchAll(/\bt\d+\b/g)) {
      const name = `${String(key)}/${token}`;
      if (answered.has(name) && answered.get(name) !== Number(seq))
        broken.push(`${name} was answered by turns ${answered.get(name)} and ${String(seq)}`);
      answered.set(name, Number(seq));
    }
  }
  return broken;
}

// Nobody waits for an answer for ever: the ear is at rest, and the last text that was Marty's to answer has something after it.
async function leftWaiting({ ask }: Ended): Promise<string[]> {
  const rows = await ask(
    `SELECT a.key, a.value FROM actors a WHERE a.machine = 'customer' AND (
       (a.value::json ->> 'ear') <> 'quiet'
       OR ((a.snapshot::json -> 'context' ->> 'optedOut')::boolean = false AND EXISTS (
         SELECT 1 FROM messages t WHERE t.actor_key = a.key AND t.direction = 'inbound'
           AND t.seq = (SELECT max(seq) FROM messages WHERE actor_key = a.key AND direction = 'inbound')
           AND NOT EXISTS (SELECT 1 FROM messages b WHERE b.actor_key = a.key AND b.direction = 'outbound' AND b.seq >= t.seq)
           AND NOT EXISTS (SELECT 1 FROM events e WHERE e.actor_key = a.key AND e.type LIKE 'staff.%'))))`,
  );
  return rows.map(({ key, value }) => `${String(key)} waits for an answer in ${String(value)}`);
}

// G1 and G2: what was accepted is in the transcript, once.
async function lostTexts({ ask, accepted }: Ended): Promise<string[]> {
  const [row] = await ask(
    `SELECT count(*)::int AS kept, count(DISTINCT provider_id)::int AS texts FROM messages WHERE direction = 'inbound'`,
  );
  const { kept, texts } = { kept: Number(row?.['kept']), texts: Number(row?.['texts']) };
  return kept === accepted && texts === accepted
    ? []
    : [`${accepted} texts were accepted, ${kept} kept, ${texts} of them different`];
}

// Every effect is accounted for: what ran was committed before.
async function neverAsked({ ask, performed }: Ended): Promise<string[]> {
  const rows = await ask('SELECT u.id FROM unnest($1::uuid[]) AS u(id) WHERE u.id NOT IN (SELECT id FROM commands)', [
    performed,
  ]);
  return rows.map(({ id }) => `command ${String(id)} ran and was never committed`);
}
