// Whose secret a provider signed a request with. A shop with a key of its own is spoken for by that key alone; every other
// shop by the key of the process.

/** `house`: the process' own secret, null where it has none; `own`: secrets of single shops, by store. */
export type Signers = { house: string | null; own: ReadonlyMap<number, string> };

/** Whether a request counts for a shop. */
export type SignedFor = (storeId: number) => boolean;

/** @param fits whether a secret made the signature; asked of every secret, so that the time tells nothing. @returns null where none did */
export function signedFor({ house, own }: Signers, fits: (secret: string) => boolean): SignedFor | null {
  const byHouse = house !== null && fits(house);
  const byOwn = new Set([...own].filter(([, secret]) => fits(secret)).map(([storeId]) => storeId));
  if (!byHouse && byOwn.size === 0) return null;
  return (storeId) => (own.has(storeId) ? byOwn.has(storeId) : byHouse);
}
