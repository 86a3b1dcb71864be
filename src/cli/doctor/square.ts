// Square, asked for its locations: does the token fit, is the shop's location among them, and does it sell in the shop's money?
import { createSquareDesk } from '../../commerce/square/client.ts';
import { listLocations } from '../../commerce/square/locations.ts';
import type { SquareLocation } from '../../commerce/square/locations.ts';
import type { Providers } from '../config/config.ts';
import { errorName } from '../../runtime/errors.ts';
import { look, off, well, wrong } from './finding.ts';
import type { Check, Said } from './finding.ts';

type Settings = NonNullable<Providers['square']>;
/** What the shop itself says; `currency` is ISO 4217. */
export type Seller = { currency: string; publicUrl: string };

const PATH = '/webhook/square';

/** @param part `square`, or that of one shop */
export function squareCheck(part: string, settings: Settings | null, seller: Seller): Check {
  if (settings === null) {
    return { part, ask: async () => off("not set up: the till is Marty's own, which takes no money") };
  }
  const ask = async (signal: AbortSignal) => [await placeOf(settings, seller, signal), ...webhookOf(settings, seller)];
  return { part, ask };
}

async function placeOf(settings: Settings, { currency }: Seller, signal: AbortSignal): Promise<Said> {
  try {
    const places = await listLocations(createSquareDesk(settings), signal);
    return judged(places, settings, currency);
  } catch (error) {
    return unanswered(errorName(error), settings);
  }
}

function judged(places: readonly SquareLocation[], { locationId, environment }: Settings, currency: string): Said {
  const place = places.find(({ id }) => id === locationId);
  if (place === undefined) {
    const ids =
      places
        .map(({ id }) => id)
        .slice(0, 5)
        .join(', ') || 'none';
    return wrong(`has no location ${locationId}`, `set SQUARE_LOCATION_ID to one of this account's: ${ids}`);
  }
  if (place.status !== 'ACTIVE')
    return wrong(
      `the location is ${place.status ?? 'without a status'}`,
      'switch it on in the Square Dashboard, Locations',
    );
  if (place.currency !== currency)
    return wrong(
      `sells in ${place.currency ?? 'no currency'}, the shop in ${currency}`,
      'set STORE_CURRENCY, or take the right location',
    );
  if (place.capabilities && !place.capabilities.includes('CREDIT_CARD_PROCESSING'))
    return wrong('the location may not take cards yet', 'finish its activation in the Square Dashboard');
  return well(`${environment}, the location is active and sells in ${currency}`);
}

function unanswered(code: string, { environment }: Settings): Said {
  if (code === 'unauthorised')
    return wrong(
      'the token is refused',
      `make a new SQUARE_ACCESS_TOKEN for ${environment}; sandbox and production have their own`,
    );
  if (code === 'rate_limited') return look('says that we ask too often', 'wait a minute and ask again');
  return wrong(`does not answer (${code})`, 'look at issquareup.com; links wait until it is back');
}

function webhookOf({ webhookUrl, webhookSignatureKey }: Settings, { publicUrl }: Seller): Said[] {
  const said: Said[] = [];
  if (webhookSignatureKey === null) {
    said.push(
      wrong(
        'SQUARE_WEBHOOK_SIGNATURE_KEY is not set: payments are seen only by polling',
        `subscribe ${webhookUrl} in Square's Developer Console and set its signature key`,
      ),
    );
  }
  if (webhookUrl !== publicUrl + PATH) {
    said.push(
      wrong(
        `SQUARE_WEBHOOK_URL is ${webhookUrl}, and Marty listens at ${publicUrl}${PATH}`,
        'make SQUARE_WEBHOOK_URL, PUBLIC_URL and the subscription at Square the same address',
      ),
    );
  }
  return said;
}
