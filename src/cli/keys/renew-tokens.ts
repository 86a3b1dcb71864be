// Hashes by which customers are found, made anew from what they were taken from: number, name and notes. Tokens are read before
// the words, so that one which no longer fits them is nobody's any more.
import type { Pool } from 'pg';
import { digitsToken, wordTokens } from '../shop/inbox/tokens.ts';
import { nameOrigin } from '../shop/inbox/index-customers.ts';
import type { Vault } from '../../runtime/vault.ts';
import { NOTHING, sum } from './master-keys.ts';
import type { Tally } from './master-keys.ts';
import type { Renewal } from './renew-table.ts';

/** Customers that are looked at together. */
const PAGE = 100;

type Who = { store_id: number; actor_key: string };
type Stored = Who & { origin: string; token: Buffer };
type Source = Who & { origin: string; kind: 'digits' | 'words'; text: string };
/** `now` null: it belongs to nothing. */
type Exchange = Stored & { now: Buffer | null };

/** All of `search_tokens`, a page of customers at a time. */
export async function renewTokens(renewal: Renewal): Promise<Tally> {
  let tally = NOTHING;
  let last: Who | undefined;
  do {
    const page = await pageOf(renewal.pool, last);
    const stored = await storedOf(renewal.pool, page);
    tally = sum(tally, await renewPage(renewal, stored, await sourcesOf(renewal, page)));
    renewal.onPage(stored.length);
    last = page.length === PAGE ? page.at(-1) : undefined;
  } while (last);
  return tally;
}

async function pageOf(pool: Pool, after: Who | undefined): Promise<Who[]> {
  const { rows } = await pool.query<Who>(
    `SELECT DISTINCT store_id, actor_key FROM search_tokens
     WHERE $1::int IS NULL OR (store_id, actor_key) < ($1::int, $2::uuid) ORDER BY store_id DESC, actor_key DESC LIMIT ${PAGE}`,
    [after?.store_id ?? null, after?.actor_key ?? null],
  );
  return rows;
}

async function storedOf(pool: Pool, page: readonly Who[]): Promise<Stored[]> {
  const { rows } = await pool.query<Stored>(
    `SELECT s.* FROM search_tokens s JOIN ${WHO} ON s.store_id = w.store_id AND s.actor_key = w.actor_key`,
    whoOf(page),
  );
  return rows;
}

const WHO = 'unnest($1::int[], $2::uuid[]) AS w (store_id, actor_key)';

function whoOf(page: readonly Who[]): unknown[] {
  return [page.map((one) => one.store_id), page.map((one) => one.actor_key)];
}

type Kept = Who & { data_key: Buffer; address_sealed: Buffer | null; name_sealed: Buffer | null };
type Note = Who & { id: string; data_key: Buffer; body_sealed: Buffer };

/** What the tokens of a page were taken from; `closed`: customers of whom something is opened by no key that we have. */
type Sources = { sources: Source[]; closed: Set<string> };

async function sourcesOf({ pool, keys: { both } }: Renewal, page: readonly Who[]): Promise<Sources> {
  const { rows: kept } = await pool.query<Kept>(
    `SELECT a.store_id, a.key AS actor_key, a.data_key, a.address_sealed, c.name_sealed
     FROM actors a JOIN ${WHO} ON a.store_id = w.store_id AND a.key = w.actor_key
     LEFT JOIN customers c ON c.store_id = a.store_id AND c.actor_key = a.key WHERE a.data_key IS NOT NULL`,
    whoOf(page),
  );
  const { rows: notes } = await pool.query<Note>(
    `SELECT n.store_id, n.actor_key, n.id, n.body_sealed, a.data_key
     FROM notes n JOIN ${WHO} ON n.store_id = w.store_id AND n.actor_key = w.actor_key
     JOIN actors a ON a.store_id = n.store_id AND a.key = n.actor_key WHERE a.data_key IS NOT NULL`,
    whoOf(page),
  );
  const closed = new Set<string>();
  const open = (who: Who, text: () => Source): Source[] => {
    try {
      return [text()];
    } catch {
      closed.add(whoseOf(who));
      return [];
    }
  };
  const sources = [
    ...kept.flatMap(({ data_key: dataKey, address_sealed: address, name_sealed: name, ...who }) => [
      ...(address ? open(who, () => digits(who, both.openShared(address))) : []),
      ...(name ? open(who, () => words(who, nameOrigin(who.actor_key), both.open(dataKey, name))) : []),
    ]),
    ...notes.flatMap(({ id, data_key: dataKey, body_sealed: body, ...who }) =>
      open(who, () => words(who, id, both.open(dataKey, body))),
    ),
  ];
  return { sources, closed };
}

function whoseOf({ store_id: storeId, actor_key: key }: Who): string {
  return `${storeId}/${key}`;
}

const digits = (who: Who, text: string): Source => ({ ...who, origin: who.actor_key, kind: 'digits', text });
const words = (who: Who, origin: string, text: string): Source => ({ ...who, origin, kind: 'words', text });

async function renewPage(
  { pool, keys, doing }: Renewal,
  stored: readonly Stored[],
  { sources, closed }: Sources,
): Promise<Tally> {
  const { newest, previous } = keys;
  const right = new Set(sources.flatMap((source) => tokensOf(newest, source).map((token) => nameOf(source, token))));
  const renewals = new Map(previous ? sources.flatMap((source) => pairsOf(previous, newest, source)) : []);
  const known = stored.filter((row) => !closed.has(whoseOf(row)));
  const unfit = known.filter((row) => !right.has(nameOf(row, row.token)));
  const wrong = doing === 'check' ? await stillThere(pool, unfit) : unfit;
  const exchanges = wrong.map((row): Exchange => ({ ...row, now: renewals.get(nameOf(row, row.token)) ?? null }));
  const renewed = doing === 'renew' ? await exchange(pool, exchanges) : 0;
  const left = { previous: 0, neither: stored.length - known.length }; // of whom we cannot read, nothing is thrown away
  left[previous ? 'previous' : 'neither'] += wrong.length - renewed;
  return { ...NOTHING, rows: stored.length, renewed, ...left };
}

function nameOf({ store_id: storeId, actor_key: key, origin }: Omit<Stored, 'token'>, token: Buffer): string {
  return `${storeId}/${key}/${origin}/${token.toString('base64')}`;
}

function tokensOf(vault: Vault, { store_id: storeId, kind, text }: Source): Buffer[] {
  return kind === 'digits' ? [digitsToken(vault, storeId, text)] : wordTokens(vault, storeId, text);
}

// The words are the same, and so is their order.
function pairsOf(previous: Vault, newest: Vault, source: Source): Array<[string, Buffer]> {
  const now = tokensOf(newest, source);
  return tokensOf(previous, source).flatMap((token, n): Array<[string, Buffer]> => {
    const renewed = now[n];
    return renewed ? [[nameOf(source, token), renewed]] : [];
  });
}

// Between the tokens and the words somebody may have changed both: what is gone by now was no trouble.
async function stillThere(pool: Pool, rows: readonly Stored[]): Promise<Stored[]> {
  if (rows.length === 0) return [];
  const { rows: there } = await pool.query<Stored>(
    `SELECT s.* FROM search_tokens s
     JOIN unnest($1::int[], $2::uuid[], $3::uuid[], $4::bytea[]) AS u (store_id, actor_key, origin, token)
     USING (store_id, token, actor_key, origin)`,
    columnsOf(rows),
  );
  return there;
}

function columnsOf(rows: readonly Stored[]): unknown[] {
  return [
    rows.map((row) => row.store_id),
    rows.map((row) => row.actor_key),
    rows.map((row) => row.origin),
    rows.map((row) => row.token),
  ];
}

// What went meanwhile, with a name that changed or a customer who was forgotten, does not come back.
async function exchange(pool: Pool, rows: readonly Exchange[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { rows: gone } = await pool.query<{ n: number }>(
    `WITH u AS (SELECT * FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[])
         AS u (store_id, actor_key, origin, token, now)),
       free AS (SELECT s.store_id, s.token, s.actor_key, s.origin FROM search_tokens s
         JOIN u USING (store_id, token, actor_key, origin) FOR UPDATE OF s SKIP LOCKED),
       gone AS (DELETE FROM search_tokens s USING free WHERE s.store_id = free.store_id AND s.token = free.token
         AND s.actor_key = free.actor_key AND s.origin = free.origin RETURNING s.*),
       come AS (INSERT INTO search_tokens (store_id, token, actor_key, origin)
         SELECT u.store_id, u.now, u.actor_key, u.origin FROM gone JOIN u USING (store_id, token, actor_key, origin)
         WHERE u.now IS NOT NULL ON CONFLICT DO NOTHING)
     SELECT count(*)::int AS n FROM gone`,
    [...columnsOf(rows), rows.map((row) => row.now)],
  );
  return gone[0]?.n ?? 0;
}
