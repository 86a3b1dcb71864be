// The forms in which a book is asked about by its title: "what is dune about", "who wrote dune". They tell the title from the words
// around it: what is asked leaves no doubt about the book, where "dune about" may be a longer title.
import { plain, withoutOpeners } from './text.ts';

/** `title` as it was typed, in the plain form; it may name no book at all. */
export type Question = { asks: Asked; title: string };

/** What is asked of the book; `shopAsk`: what nobody but the shop knows. */
export type Asked = 'about' | 'author' | 'price' | 'suitable' | 'shopAsk';

const T = String.raw`(?<title>[^?!;]{2,80}?)`;
const BEING = String.raw`(?:'s| is| are|'re)`;
const BY_WHOM = String.raw`(?: (?:written|made))? by`;
const KNOW = String.raw`(?:(?:can|could|will|would) (?:you|u) )?(?:please )?(?:(?:tell|remind) me|do (?:you|u) know|i (?:want|wanna|would like|'?d like) (?:to )?know)`;
const JUDGED = String.raw`(?:(?:any|really|very|that|so|too|actually|a|an|pretty|worth) )*(?:good|great|fun|funny|sad|scary|long|dark|violent|boring|hard|difficult|easy|it|reading|worth it|(?:good|great|fun|hard|easy|long|quick) (?:read|book))`;
const SOMEBODY = String.raw`(?:an? (?:kid|child|teen\w*|\d+.*)|kids|children|teens?|my .+|him|her|(?:someone|somebody) .+|age .+|\d+.*)`;

/** "yes how much is it", "ship it, how much": said of what lies on the counter. */
const SAID_OF_IT = String.raw`(?:y(?:es|eah|ep|up)?|ok(?:ay)?|sure|fine|no|nope|i|i'll|i'd|we|it|ship|hold|pick|put|mail|deliver|reserve|save|set|buy|get|grab|take|gimme|give|send|order|keep)\b`;

const FORMS: ReadonlyArray<readonly [Asked, readonly string[]]> = [
  [
    'author',
    [
      `(?:${KNOW} )?who wrote ${T}`,
      `(?:${KNOW} )?who${BEING} (?:the )?(?:author|writer) of ${T}`,
      `(?:${KNOW} )?who${BEING} ${T}${BY_WHOM}`,
      `(?:is|was) ${T} by (?:who|whom)`,
      `did [^?!;]{2,40} write ${T}`,
    ],
  ],
  [
    'price',
    [
      `(?:${KNOW} )?(?:what${BEING} )?(?:the )?(?:price|cost) of ${T}`,
      `how much (?:is|are|for|does) ${T}(?: (?:cost|go for|run))?`,
      `what does ${T} cost`,
      `(?!${SAID_OF_IT})${T},? how much(?: is it)?`,
    ],
  ],
  [
    'suitable',
    [
      `(?:is|are|would) ${T}(?: be)? (?:too \\w+|ok|okay|fine|good|appropriate|suitable|safe|alright|right) for ${SOMEBODY}`,
    ],
  ],
  [
    'shopAsk',
    [
      `how long (?:is|are) ${T}`,
      `how many (?:pages|chapters|words) (?:(?:is|are|does|has|have|in|of) )+${T}(?: have| got)?`,
      `when (?:was|were) ${T} (?:written|published|released)`,
      `when did ${T} come out`,
      `what year (?:is|was|did) ${T}(?: (?:from|written|published|released|come out))?`,
    ],
  ],
  [
    'about',
    [
      `(?:${KNOW} )?what${BEING} ${T} (?:all )?about`,
      `${KNOW} what ${T}${BEING} (?:all )?about`,
      `what ${T}${BEING} (?:all )?about`,
      `${T}${BEING} about what`,
      `${KNOW} (?:(?:a (?:bit|little)|something|more|all) )*(?:more )?about ${T}`,
      `(?:${KNOW} )?what (?:happens|goes on) in ${T}`,
      `(?:give me |${KNOW} )?(?:what${BEING} )?(?:the |a )?(?:plot|summary|synopsis|gist|story|idea) of ${T}`,
      `${T} (?:plot|summary|synopsis)`,
      `describe ${T}`,
      `what${BEING} ${T} like`,
      `what (?:kind|sort|type) of (?:a )?(?:book|novel|story|read|thing) is ${T}`,
      `what genre is ${T}`,
      `is ${T} ${JUDGED}`,
      `(?:have|did) (?:you|u) (?:ever )?read ${T}`,
      `(?:do|did) (?:you|u) (?:like|enjoy|love) ${T}`,
      `(?:why )?should i read ${T}`,
      `is ${T} (?:part of|in) a series`,
    ],
  ],
];
const PATTERNS = FORMS.flatMap(([asks, forms]) => forms.map((form) => ({ asks, pattern: new RegExp(`^${form}$`) })));

/** It, the second, both: what is pointed at has no title. */
const NO_TITLE =
  /^(?:(?:all|both)(?: of (?:it|them|those|these))?|it all|everything|(?:the |my )?total|it|he|she|they|them|you|u|i|me|this|that|these|those|there|(?:the|that|this|those|these|your|an?|another)? ?(?:first|second|third|fourth|last|latter|former|other|next|top)? ?(?:one|ones|book|books|novel|two|three|lot|series|author|writer)?)$/;
const CALLED = /^(?:the |a |that )?(?:book|novel) (?:called|titled|named) /;

/** The question that the whole of a text is; null where it is none, or points instead of naming. */
export function questionIn(text: string): Question | null {
  const words = withoutOpeners(plain(text));
  for (const { asks, pattern } of PATTERNS) {
    const title = pattern.exec(words)?.groups?.['title']?.replace(CALLED, '').trim();
    if (title !== undefined && !NO_TITLE.test(title)) return { asks, title };
  }
  return null;
}
