// What a customer would like to read, taken from free text: mood, subject, age, price, author, "like X".
import type { Age, Wish } from '../../catalogue/catalogue.ts';
import { NOBODY } from '../nobody.ts';
import { contentWords, plain } from './text.ts';

/** `likeText` and `author` are raw words for the catalogue to match; `priceMaxCents` is inclusive. */
export type Slots = {
  moods: string[];
  genres: string[];
  /** Moods and subjects that are not wanted: "not too dark". */
  against: string[];
  age: Age | null;
  ageYears: number | null;
  priceMaxCents: number | null;
  author: string | null;
  likeText: string | null;
  /** Raw words of a title that is not wanted: "dragons, but not eragon". */
  butText: string | null;
  /** Asks for the cheapest there is, not for a bound. */
  cheapest: boolean;
  /** "something darker": a taste besides the one that was told before, not instead of it. */
  compares: boolean;
};

const MOOD_WORDS: readonly (readonly [string, RegExp])[] = [
  ['fun', /\b(?:fun|lighthearted|light-hearted|light(?:er)?|entertaining|playful|silly|upbeat)\b/],
  ['funny', /\b(?:funn(?:y|ier)|humou?r\w*|hilarious|comedy|comic|laugh|witty)\b/],
  ['dark', /\b(?:dark(?:er)?|grim(?:mer)?|grimdark|gritty|bleak|depressing)\b/],
  [
    'cosy',
    /\b(?:co[sz](?:y|ier)|comfort(?:ing)?|gentler?|warm(?:er)?|wholesome|relax\w*|chill|soothing|feel[- ]good)\b/,
  ],
  ['epic', /\b(?:epic|sweeping|doorstopper|big world|huge|long|longest|thick(?:er)?)\b/],
  [
    'thoughtful',
    /\b(?:thoughtful|deep(?:er)?|smart(?:er)?|thought[- ]provoking|philosophical|meaty|profound|clever|literary)\b/,
  ],
  [
    'fast',
    /\b(?:fast(?:er)?|fast[- ]paced|quick(?:er)?|page[- ]?turner|short|shorter|shortest|action(?:[- ]packed)?|gripping|thrilling)\b/,
  ],
  ['scary', /\b(?:scar(?:y|ier)|creep(?:y|ier)|spook(?:y|ier)|terrifying|eerie|unsettling)\b/],
  ['sad', /\b(?:sad(?:der)?|cry|tearjerker|heartbreaking|moving|melancholy)\b/],
  ['weird', /\b(?:weird(?:er)?|strange|trippy|bizarre|odd|surreal|mind[- ]?bending)\b/],
  ['romantic', /\b(?:romantic|romance|love story|spicy)\b/],
  ['hopeful', /\b(?:hopeful|hopepunk|uplifting|optimistic)\b/],
  ['adventurous', /\b(?:adventur\w*|swashbuckling|quest)\b/],
];

const GENRE_WORDS: readonly (readonly [string, RegExp])[] = [
  ['science fiction', /\b(?:sci[- ]?fi|science[- ]fiction|scifi|sf)\b/],
  ['fantasy', /\bfantasy\b/],
  ['horror', /\b(?:horror|ghosts?|haunted)\b/],
  ['robots', /\b(?:robots?|cyborgs?)\b/],
  ['androids', /\bandroids?\b/],
  ['artificial intelligence', /\b(?:ai|artificial intelligence|robots?|androids?)\b/],
  ['space', /\b(?:space|spaceships?|planets?|rockets?)\b/],
  ['time travel', /\btime[- ]travel\w*\b/],
  ['cyberpunk', /\bcyberpunk\b/],
  ['dystopia', /\bdystopi\w+\b/],
  ['post-apocalypse', /\b(?:post[- ]?apocalyp\w+|apocalyp\w+|end of the world)\b/],
  ['magic', /\b(?:magic\w*|wizards?|sorcer\w+|spells)\b/],
  ['witches', /\bwitch(?:es)?\b/],
  ['mystery', /\b(?:mystery|mysteries|detectives?|whodunits?)\b/],
  ['philosophy', /\b(?:philosoph(?:y|ers?)|stoics?)\b/],
  ['programming', /\b(?:programming|coding|programmers?)\b/],
  ['computers', /\b(?:computers?|computer science|software|tech)\b/],
  ['role-playing games', /\b(?:rpgs?|ttrpgs?|d&d|dnd|dungeons and dragons|tabletop|role[- ]?playing)\b/],
  ['mythology', /\b(?:myth\w*|folklore|legends?|greek gods)\b/],
  ['mathematics', /\bmath(?:s|ematics)?\b/],
  ['friendship', /\bfriend(?:ship|s)\b/],
  ['classics', /\bclassics?\b/],
  ['short stories', /\b(?:short stor(?:y|ies)|anthology)\b/],
  ['comics', /\b(?:comics?|graphic novels?|manga)\b/],
];

/** Subjects that people call by their own name. */
const PLAIN_GENRES =
  'dragons,vampires,hackers,aliens,pirates,dinosaurs,monsters,unicorns,vikings,superheroes,elves,giants,angels,gods,dreams,puzzles,games,animals,insects,war,history,politics,religion,science,physics,psychology,language,music,food,nature,survival,revolution,heist,crime,romance,poetry,essays,memoir,biography,satire,steampunk,arthurian legend,sword and sorcery,urban fantasy,space opera,first contact,weird fiction,fairy tales,picture books,virtual reality,parallel worlds,alternate history,existentialism,stoicism,taoism,buddhism,cryptography,road trip,coming of age,talking animals,appendix n'
    .split(',')
    .map((label) => [label, new RegExp(`\\b${label.replace(/(?:e?s)$/, '')}(?:e?s)?\\b`)] as const);

const SUBJECTS = [...GENRE_WORDS, ...PLAIN_GENRES];

/** Everything that can be read out of a text; empty lists and nulls where it says nothing. */
export function slotsOf(text: string): Slots {
  const words = plain(text);
  const ageYears = yearsIn(words);
  const likeText = likeIn(words);
  // What is named as a likeness is not itself a wish: "like the dark tower" asks for nothing dark.
  const told = likeText === null ? words : words.replace(likeText, ' ');
  const butText = butIn(told);
  const rest = (butText === null ? told : told.replace(butText, ' ')).replace(UNWANTED, ' ');
  const unwanted = labelsIn([...MOOD_WORDS, ...SUBJECTS], (told.match(UNWANTED) ?? []).join(' . '));
  return {
    moods: labelsIn(MOOD_WORDS, rest),
    genres: labelsIn(SUBJECTS, rest),
    against: SHORT.test(rest) ? [...unwanted, 'epic'] : unwanted,
    age: ageIn(words, ageYears),
    ageYears,
    priceMaxCents: priceIn(words),
    author: authorIn(words),
    likeText,
    butText,
    cheapest: /\bcheapest\b/.test(words),
    compares: COMPARES.test(words),
  };
}

const COMPARES =
  /\b(?:lighter|funnier|darker|grimmer|co[sz]ier|gentler|warmer|thicker|deeper|smarter|faster|quicker|shorter|scarier|creepier|spookier|sadder|weirder)\b|\bmore (?:fun|romantic|romance|epic|thoughtful|hopeful|adventurous|gripping|literary|magic\w*|action)\b/;

/** No book says how long it is; but none that is epic is short. */
const SHORT = /\b(?:short|shorter|shortest)\b(?! stor)/;

const UNWANTED =
  /\b(?:too|not|nothing|without|less|isn'?t|aren'?t|hate|hates|avoid|anything but|no more|no)(?: (?:too|very|so|that|really|as|overly|super|into|much|like|about|any|a|an|with|of|on))* (?!sure\b)[a-z-]+/g;

const BUT =
  /\b(?:not|isn't|except(?: for)?|besides|other than|anything but) (?!(?:too|so|very|really|as|sure|a|an|in|into|on|for|that)\b)([^.!?;]{4,60})$/;

function butIn(text: string): string | null {
  const found = BUT.exec(text)?.[1] ?? null;
  return found === null || isOfLabels(found) ? null : found;
}

/** True when a text says anything at all about what to read. */
export function wishes(slots: Slots): boolean {
  const { moods, genres, age, priceMaxCents, author, likeText } = slots;
  return moods.length + genres.length > 0 || [age, priceMaxCents, author, likeText].some((slot) => slot !== null);
}

/** The catalogue's wish for these slots; `likeText` and `against` are the caller's to resolve. */
export function wishOf(slots: Slots, excludeIsbns: string[], limit: number): Wish {
  return {
    ...(slots.moods.length > 0 && { moods: slots.moods }),
    ...(slots.genres.length > 0 && { genres: slots.genres }),
    ...(slots.author !== null && { author: slots.author }),
    ...(slots.age !== null && { age: slots.age }),
    ...(slots.priceMaxCents !== null && { priceMaxCents: slots.priceMaxCents }),
    ...(slots.cheapest && { cheapestFirst: true }),
    excludeIsbns,
    limit,
  };
}

function labelsIn(table: readonly (readonly [string, RegExp])[], text: string): string[] {
  return table.filter(([, pattern]) => pattern.test(text)).map(([label]) => label);
}

/** "8 years old", "an 8yo", and "8 years" where it is no span: "in 10 years", "10 years ago". */
const AGED =
  /\b(\d{1,2})[- ]?(?:yos?|y\/o|(?:yrs?|years?)(?:[- ]?olds?| and (?:up|over|older)))\b|(?<!\b(?:in|for|last|past|over|about|almost|every|than|next|after|the|these) )\b(\d{1,2})[- ]?(?:yrs?|years?)\b(?! (?:ago|since|later|now|back|straight|in a row|of)\b)/;

function yearsIn(text: string): number | null {
  const named =
    AGED.exec(text) ??
    /\b(?:nephew|niece|son|daughter|kid|child|boy|girl|grandson|granddaughter|brother|sister|cousin|he'?s|she'?s|they'?re|who is|who's|age|aged|turning|turned|i'?m|i am)\b[, ]*(?:is |just |who is |who's |turned |turning |about )*(\d{1,2})\b(?! ?(?:bucks|dollars|books|cop|min|hours?|blocks|miles|pages|chapters|%))/.exec(
      text,
    );
  const years = named?.[1] ?? named?.[2];
  return years === undefined ? null : Number(years);
}

function ageIn(text: string, years: number | null): Age | null {
  if (years !== null) return years <= 12 ? 'child' : years <= 17 ? 'young' : 'adult';
  if (/\b(?:teen(?:s|ager|agers)?|young adult|ya|high school(?:er)?)\b/.test(text)) return 'young';
  if (
    /\b(?:kids?|child(?:ren)?(?! of\b)|toddlers?|bab(?:y|ies)|little (?:one|boy|girl|kid)|nephew|niece|grandson|granddaughter|bedtime|middle grade)\b/.test(
      text,
    )
  )
    return 'child';
  return null;
}

function priceIn(text: string): number | null {
  const bound =
    /\b(?:under|below|less than|max(?:imum)?|up to|at most|no more than|cheaper than|within|around|about|budget (?:of|is)|only have|i have|i've got|for) ?\$? ?(\d{1,3})(?:\.(\d{2}))?( ?(?:\$|bucks|dollars|usd))?/.exec(
      text,
    );
  const found =
    bound !== null &&
    (bound[0].includes('$') ||
      bound[3] !== undefined ||
      /^(?:under|below|less|max|up to|at most|no more|cheaper)/.test(bound[0]))
      ? bound
      : (/\$ ?(\d{1,3})(?:\.(\d{2}))?(?: (?:or (?:less|under|below)|max|tops|budget))/.exec(text) ??
        /\b(\d{1,3})(?:\.(\d{2}))? (?:bucks|dollars) (?:or (?:less|under)|max|tops)/.exec(text));
  if (found?.[1] !== undefined) return Number(found[1]) * 100 + Number(found[2] ?? 0);
  return /\b(?:cheap(?:est)?|inexpensive|affordable|on a budget)\b/.test(text) ? 1200 : null;
}

const LIKE =
  /\b(?:similar to|(?:stuff|books?|something|anything|more|one|reads?|novels?|stories|story|else) like|along the lines of|in the vein of|like|(?:just )?finished(?: reading)?|(?:i|we|he|she|they)(?:'ve|'s| have| has)(?: already| just| all)? read|already (?:read|have|has|owns?|got)|(?<!\b(?:you|u|y'?all) )(?:read|have|has|owns?|got)(?= (?!you\b).{2,60} already\b)|(?:i |we |he |she |they |who )?(?:really |absolutely )?(?:loved|enjoyed|liked|adored|loves?|likes|enjoys|is into|i'm into)) (?!to\b|a\b|an\b|some|it\b|that\b|this\b|them\b|those\b|reading\b|books?\b|how\b|what\b|me\b|you\b|fantasy\b|sci)(.{2,60}?)(?=$|[.,;]| (?:and (?:want|wants|honestly|i|we|he|she|they|my|now|need|am|looking|thought|half)\b|which|because|honestly|but|by the way|what|any|got|do you|for my|under|please|recently|already|last|next|so|now)\b)/;

/** "the hunger games movie": what was liked has the book's name. */
const OF_ANOTHER_KIND = / (?:movies?|films?|(?:tv )?(?:show|series))$/;

function likeIn(text: string): string | null {
  const found = LIKE.exec(text)?.[1]?.replace(OF_ANOTHER_KIND, '').trim();
  if (found === undefined) return null;
  // "he likes dragons" wishes for a subject; "he likes the dark tower" names a book.
  return isOfLabels(found) ? null : found;
}

function isOfLabels(text: string): boolean {
  return contentWords(text).every((word) => labelsIn([...MOOD_WORDS, ...SUBJECTS], word).length > 0);
}

const BY = new RegExp(
  String.raw`\b(?:by|from|written by|author(?: is)?|any(?:thing)? by|works of) (?:the author )?(?!(?:${NOBODY})\b)([\p{L}.' -]{3,40}?)(?=$|(?<!\b\p{L})\.|[,;?]| (?:in stock|that|under|for|please|and|or|but|left|today|about|with|where|set in|which|who|like|then|instead)\b)`,
  'u',
);

function authorIn(text: string): string | null {
  return BY.exec(text)?.[1]?.trim() ?? null;
}
