// Every column of raw bytes, and which key it hangs on. A rotation and the check after it do what this says and know of no
// column besides, so a column that is not here fails a test (test/cli/keys.test.ts).

/**
 * Under PII_KEY: `wrapped`, a data key closed by it; `shared`, sealed under it; `address`, the keyed hash of an actor's address;
 * `words`, keyed hashes that customers are found by; `cache`, keyed hashes of what may be thrown away, the row with it.
 * Not under PII_KEY: `own`, sealed under the actor's data key; `login`, hashed under SESSION_SECRET.
 */
export type Hold = 'wrapped' | 'shared' | 'address' | 'words' | 'cache' | 'own' | 'login';

export const HOLDS: Readonly<Record<string, Readonly<Record<string, Hold>>>> = {
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

/** Tables with a column that is held in one of these ways, and those columns. */
export function tablesWith(...holds: Hold[]): Array<{ table: string; columns: Array<{ name: string; hold: Hold }> }> {
  return Object.entries(HOLDS).flatMap(([table, all]) => {
    const columns = Object.entries(all).flatMap(([name, hold]) => (holds.includes(hold) ? [{ name, hold }] : []));
    return columns.length > 0 ? [{ table, columns }] : [];
  });
}
