// How each part does, for /health. Database and queue are asked; of the outside services it is told what was last known
// by whichever process called them, so that asking after Marty's health calls nobody but, now and then, Square.
import { readStandings, isDown } from '../telemetry/standings.ts';
import type { Standing } from '../telemetry/standings.ts';
import { remembered } from '../telemetry/census.ts';
import type { Breakers, Checks, CheckState } from '../../web/wire/health.ts';
import type { Shop } from './open-shop.ts';
import type { ShopTills } from './open-tills.ts';

const CHECK_TIMEOUT_MS = 1_500;
/** A quiet shop hardly calls Square: whether it is there is asked at most this often. */
const PING_MS = 30_000;

/** Answers within about two seconds and never rejects. @param now milliseconds since 1970 (UTC) */
export function createCheckup(
  shop: Pick<Shop, 'database' | 'carrier' | 'config' | 'tills' | 'books' | 'providers'>,
  now: () => number,
): () => Promise<Checks> {
  const { database, carrier, config, tills, books } = shop;
  const pinged = remembered(() => check(() => pingSquares(tills)), PING_MS, now);
  return async () => {
    const standings: Map<string, Standing> = new Map();
    const [databaseState, queue, square] = await Promise.all([
      check(async () => (await readStandings(database.pool)).forEach((one, name) => standings.set(name, one))),
      check(() => carrier.ping()),
      tills.signers().length > 0 ? pinged() : ('off' as const),
    ]);
    const known = (name: string): CheckState => (isDown(standings.get(name) ?? WELL) ? 'down' : 'up');
    const sms = carriersOf(shop).map(known);
    const sources = books.sources.map(({ name }) => known(name));
    return {
      database: databaseState,
      queue,
      sms: sms.length === 0 ? 'off' : sms.includes('down') ? 'down' : 'up',
      square: square === 'up' ? known('square') : (square ?? 'down'),
      ai: config.claude ? known('claude') : 'off',
      books: sources.length === 0 ? 'off' : sources.includes('up') ? 'up' : 'down',
    };
  };
}

/** Those of all shops and of single ones. */
function carriersOf({ config, providers }: Pick<Shop, 'config' | 'providers'>): string[] {
  const all = [{ smobi: config.smobi.outbound, twilio: config.twilio }, ...providers().values()];
  return (['smobi', 'twilio'] as const).filter((name) => all.some((one) => one[name] !== null));
}

/** As whichever process met them last knew them. Answers within about two seconds and never rejects. */
export async function breakersOf({
  database,
  config,
  tills,
  books,
}: Pick<Shop, 'database' | 'config' | 'tills' | 'books'>): Promise<Breakers> {
  const standings = await inTime(readStandings(database.pool)).catch(() => null);
  if (standings === null) return {};
  const guarded = [
    ...(config.claude ? ['claude'] : []),
    ...(tills.signers().length > 0 ? ['square'] : []),
    ...books.sources.map(({ name }) => name),
  ];
  return Object.fromEntries(guarded.map((name) => [name, standings.get(name)?.resting ? 'open' : 'closed']));
}

/** Of whom nobody has heard anything bad. */
const WELL: Standing = { failures: 0, resting: false };

/** Down while the Square of any shop is. */
async function pingSquares(tills: ShopTills): Promise<unknown> {
  const stores = tills.signers().map(({ storeId }) => storeId);
  return Promise.all(stores.map(async (storeId) => (await tills.of(storeId)).ping()));
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), CHECK_TIMEOUT_MS).unref());
  return Promise.race([answer, late]);
}

async function check(ask: () => Promise<unknown>): Promise<'up' | 'down'> {
  return inTime(ask()).then(
    () => 'up',
    () => 'down',
  );
}
