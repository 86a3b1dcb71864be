// Every column of raw bytes, and which key it hangs on. A rotation and the check after it do what this says and know of no
// column besides, so a column that is not here fails a test (test/cli/keys.test.ts).

/**
 * Under PII_KEY: `wrapped`, a data key closed by it; `shared`, sealed under it; `address`, the keyed hash of an actor's address;
 * `words`, keyed hashes that customers are found by; `cache`, keyed hashes of what may be thrown away, the row with it.
 * Not under PII_KEY: `own`, sealed under the actor's data key; `login`, hashed under SESSION_SECRET.
 */
export type KeyUse = 'wrapped' | 'shared' | 'address' | 'words' | 'cache' | 'own' | 'login';

/** Table, then column. */
export const KEYED_COLUMNS: Readonly<Record<string, Readonly<Record<string, KeyUse>>>> = {
  actors: { data_key: 'wrapped', address_sealed: 'shared', address_hash: 'address' },
  inbox: { payload: 'shared' },
  store_keys: { value_sealed: 'shared' },
  key_rotations: { lookup_sealed: 'shared' },
  search_tokens: { token: 'words' },
  cached_answers: { question: 'cache', reply_sealed: 'cache' },
  source_answers: { question: 'cache' },
  events: { payload: 'own' },
  commands: { input: 'own', result: 'own' },
  timers: { event: 'own' },
  messages: { body_sealed: 'own' },
  consents: { words_sealed: 'own' },
  customers: { name_sealed: 'own', square_id_sealed: 'own', past_orders_sealed: 'own' },
  addresses: { address_sealed: 'own' },
  thread_summaries: { summary_sealed: 'own' },
  notes: { body_sealed: 'own' },
  sessions: { token_hash: 'login' },
  login_links: { token_hash: 'login' },
  login_attempts: { key: 'login' },
};

/** Tables with a column of one of these uses, and those columns. */
export function tablesWith(...uses: KeyUse[]): Array<{ table: string; columns: Array<{ name: string; use: KeyUse }> }> {
  return Object.entries(KEYED_COLUMNS).flatMap(([table, all]) => {
    const columns = Object.entries(all).flatMap(([name, use]) => (uses.includes(use) ? [{ name, use }] : []));
    return columns.length > 0 ? [{ table, columns }] : [];
  });
}
