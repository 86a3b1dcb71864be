// The names by which people write a United States state, district, territory or forces' post; the code is what is kept.

/** Full names to USPS codes, lower case. */
export const STATE_CODES: ReadonlyMap<string, string> = new Map(
  `alabama AL, alaska AK, arizona AZ, arkansas AR, california CA, colorado CO, connecticut CT, delaware DE,
district of columbia DC, florida FL, georgia GA, hawaii HI, idaho ID, illinois IL, indiana IN, iowa IA, kansas KS,
kentucky KY, louisiana LA, maine ME, maryland MD, massachusetts MA, michigan MI, minnesota MN, mississippi MS,
missouri MO, montana MT, nebraska NE, nevada NV, new hampshire NH, new jersey NJ, new mexico NM, new york NY,
north carolina NC, north dakota ND, ohio OH, oklahoma OK, oregon OR, pennsylvania PA, rhode island RI,
south carolina SC, south dakota SD, tennessee TN, texas TX, utah UT, vermont VT, virginia VA, washington WA,
west virginia WV, wisconsin WI, wyoming WY, puerto rico PR, guam GU, american samoa AS, us virgin islands VI,
northern mariana islands MP, armed forces americas AA, armed forces europe AE, armed forces pacific AP`
    .split(',')
    .map((entry) => entry.trim())
    .map((entry) => [entry.slice(0, -3), entry.slice(-2)] as const),
);

const CODES = new Set(STATE_CODES.values());

/** The USPS code of "nj", "N.J." or "New Jersey"; null for anything else. */
export function stateCode(words: string): string | null {
  const code = words.replace(/[.\s]/g, '').toUpperCase();
  if (CODES.has(code)) return code;
  return STATE_CODES.get(words.toLowerCase().replace(/\s+/g, ' ').trim()) ?? null;
}
