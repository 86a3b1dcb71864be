// The states, districts, territories and military posts that the United States mail serves, with the first three
// digits of their ZIP codes. A prefix that crosses a border is listed on both sides.

type State = { name: string; prefixes: string };

/** By postal code; `prefixes` are inclusive ranges. */
const STATES: Readonly<Record<string, State>> = {
  AL: { name: 'alabama', prefixes: '350-369' },
  AK: { name: 'alaska', prefixes: '995-999' },
  AZ: { name: 'arizona', prefixes: '850-865' },
  AR: { name: 'arkansas', prefixes: '716-729' },
  CA: { name: 'california', prefixes: '900-961' },
  CO: { name: 'colorado', prefixes: '800-816' },
  CT: { name: 'connecticut', prefixes: '060-069' },
  DE: { name: 'delaware', prefixes: '197-199' },
  DC: { name: 'district of columbia', prefixes: '200-205 569-569' },
  FL: { name: 'florida', prefixes: '320-349' },
  GA: { name: 'georgia', prefixes: '300-319 398-399' },
  HI: { name: 'hawaii', prefixes: '967-968' },
  ID: { name: 'idaho', prefixes: '832-838' },
  IL: { name: 'illinois', prefixes: '600-629' },
  IN: { name: 'indiana', prefixes: '460-479' },
  IA: { name: 'iowa', prefixes: '500-528' },
  KS: { name: 'kansas', prefixes: '660-679' },
  KY: { name: 'kentucky', prefixes: '400-427' },
  LA: { name: 'louisiana', prefixes: '700-714' },
  ME: { name: 'maine', prefixes: '039-049' },
  MD: { name: 'maryland', prefixes: '206-219' },
  MA: { name: 'massachusetts', prefixes: '010-027 055-055' },
  MI: { name: 'michigan', prefixes: '480-499' },
  MN: { name: 'minnesota', prefixes: '550-567' },
  MS: { name: 'mississippi', prefixes: '386-397' },
  MO: { name: 'missouri', prefixes: '630-658' },
  MT: { name: 'montana', prefixes: '590-599' },
  NE: { name: 'nebraska', prefixes: '680-693' },
  NV: { name: 'nevada', prefixes: '889-898' },
  NH: { name: 'new hampshire', prefixes: '030-038' },
  NJ: { name: 'new jersey', prefixes: '070-089' },
  NM: { name: 'new mexico', prefixes: '870-884' },
  NY: { name: 'new york', prefixes: '005-005 063-063 100-149' },
  NC: { name: 'north carolina', prefixes: '270-289' },
  ND: { name: 'north dakota', prefixes: '580-588' },
  OH: { name: 'ohio', prefixes: '430-459' },
  OK: { name: 'oklahoma', prefixes: '730-732 734-749' },
  OR: { name: 'oregon', prefixes: '970-979' },
  PA: { name: 'pennsylvania', prefixes: '150-196' },
  RI: { name: 'rhode island', prefixes: '028-029' },
  SC: { name: 'south carolina', prefixes: '290-299' },
  SD: { name: 'south dakota', prefixes: '570-577' },
  TN: { name: 'tennessee', prefixes: '370-385' },
  TX: { name: 'texas', prefixes: '733-733 739-739 750-799 885-885' },
  UT: { name: 'utah', prefixes: '840-847' },
  VT: { name: 'vermont', prefixes: '050-054 056-059' },
  VA: { name: 'virginia', prefixes: '201-201 220-246' },
  WA: { name: 'washington', prefixes: '980-994' },
  WV: { name: 'west virginia', prefixes: '247-268' },
  WI: { name: 'wisconsin', prefixes: '530-549' },
  WY: { name: 'wyoming', prefixes: '820-831 834-834' },
  AS: { name: 'american samoa', prefixes: '967-967' },
  GU: { name: 'guam', prefixes: '969-969' },
  MP: { name: 'northern mariana islands', prefixes: '969-969' },
  PR: { name: 'puerto rico', prefixes: '006-007 009-009' },
  VI: { name: 'virgin islands', prefixes: '008-008' },
  AA: { name: 'armed forces americas', prefixes: '340-340' },
  AE: { name: 'armed forces europe', prefixes: '090-098' },
  AP: { name: 'armed forces pacific', prefixes: '962-966' },
};

/** The postal code of a state given as code or name ("nj", "N.J.", "New Jersey"); null for anything else. */
export function stateCode(text: string): string | null {
  const plain = text.replaceAll('.', '').replaceAll(/\s+/g, ' ').trim().toLowerCase();
  const upper = plain.replaceAll(' ', '').toUpperCase();
  if (Object.hasOwn(STATES, upper)) return upper;
  const named = Object.entries(STATES).find(([, { name }]) => name === plain);
  return named?.[0] ?? null;
}

/** Whether mail to a ZIP code goes to this state. @param zip begins with five digits */
export function isZipOf(state: string, zip: string): boolean {
  const prefix = zip.slice(0, 3);
  const ranges = STATES[state]?.prefixes.split(' ') ?? [];
  return ranges.some((range) => range.slice(0, 3) <= prefix && prefix <= range.slice(4));
}
