// What must be true of a simulated shop besides the rules of test/shop/rules.ts: some after every turn, the rest when all is over.
import type { Vault } from '../../src/runtime/vault.ts';
import type { Ask } from '../shop/rules.ts';
import type { Arrived } from './providers.ts';

/** Each query answers rows that must not be, at any moment between two turns. */
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
    `SELECT a.key FROM actors a WHERE a.seq <> (SELECT count(*) FROM events e WHERE e.store_id = a.store_id AND e.actor_key = a.key)`,
  ],
  [
    'the gate of consent is where the customer put it',
    `SELECT a.key FROM actors a JOIN threads t ON t.actor_key = a.key
     WHERE a.machine = 'customer' AND t.opted_out <> ((a.snapshot::json -> 'context' ->> 'optedOut')::boolean)`,
  ],
];

const ALL_AT_ONCE = ALWAYS.map(
  ([rule, query]) =>
    `SELECT '${rule}' AS rule, json_agg(broken)::text AS rows FROM (${query}) AS broken HAVING count(*) > 0`,
).join(' UNION ALL ');

export async function brokenNow(ask: Ask): Promise<string[]> {
  return (await ask(ALL_AT_ONCE)).map(({ rule, rows }) => `${String(rule)}: ${String(rows).slice(0, 300)}`);
}

/** `accepted`: how many texts were answered with a 2xx. */
type Ended = { accepted: number; ask: Ask; vault: Vault; arrived: readonly Arrived[]; afterStop: readonly string[] };

export async function brokenInTheEnd(ended: Ended): Promise<string[]> {
  return [
    ...(await outOfOrder(ended)),
    ...(await saidAfterStop(ended)),
    ...(await answeredTwice(ended)),
    ...(await leftWaiting(ended)),
    ...(await lostTexts(ended)),
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

// A text is answered by one reply: the model's words name the texts that they answer.
async function answeredTwice({ ask, vault }: Ended): Promise<string[]> {
  const rows = await ask(
    `SELECT m.actor_key, m.seq::int, m.body_sealed, a.data_key FROM messages m JOIN actors a ON a.key = m.actor_key
     WHERE m.direction = 'outbound' AND m.line IS NULL AND m.by = 'marty' ORDER BY m.actor_key, m.seq`,
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
