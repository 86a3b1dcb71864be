// Square's client knows currencies as a closed list; ours are ISO 4217 codes in text.
import { Currency } from 'square';

const known = new Map<string, Currency>(Object.values(Currency).map((currency) => [currency, currency]));

/** Throws a RangeError for a code that Square does not know. */
export function currencyOf(code: string): Currency {
  const currency = known.get(code);
  if (currency === undefined) throw new RangeError(`Square takes no ${code}`);
  return currency;
}
