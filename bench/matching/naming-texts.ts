// Texts that name a book, made from real titles the way customers type them: haste, no article, no subtitle, a surname.
import { surnameOf } from '../../src/catalogue/author-names.ts';
import { parseTitle } from '../../src/catalogue/title-forms.ts';
import type { TitleRecord } from '../../src/catalogue/title-index.ts';
import type { Chance } from './random.ts';

export type NamingText = { text: string; book: TitleRecord; way: string; hasAuthor: boolean };

const PLAIN = [
  'u got {t}?',
  'do you have {t}',
  'Do you have {t}?',
  'got {t} in stock',
  'looking for {t}',
  '{t}',
  'hey is {t} available',
];
const MORE = [
  'i want to buy {t} please',
  'hi marty, any copies of {t}?',
  'can i get {t}',
  'how much is {t}',
  'have you read {t}',
];
const WITH_AUTHOR = [
  'u got {t} by {a}?',
  '{t} {a}',
  'looking for {t} by {a}',
  "do you have {a}'s {t}",
  'need a copy of {t} by {a} pls',
];

type Way = { name: string; share: number; templates: string[]; spoil(title: string, chance: Chance): string };

const WAYS: Way[] = [
  { name: 'as printed', share: 0.15, templates: [...PLAIN, ...MORE], spoil: (title) => title },
  { name: 'lower case', share: 0.15, templates: [...PLAIN, ...MORE], spoil: (title) => title.toLowerCase() },
  { name: 'no article', share: 0.15, templates: PLAIN, spoil: (title) => dropArticle(title.toLowerCase()) },
  {
    name: 'typo',
    share: 0.25,
    templates: [...PLAIN, ...MORE],
    spoil: (title, chance) => misspell(title.toLowerCase(), chance),
  },
  { name: 'author', share: 0.15, templates: WITH_AUTHOR, spoil: (title) => title.toLowerCase() },
  {
    name: 'author, typo, no article',
    share: 0.15,
    templates: WITH_AUTHOR,
    spoil: (title, chance) => misspell(dropArticle(title.toLowerCase()), chance),
  },
];

/** `count` texts over the given books, the six ways in fixed shares; subtitles and series brackets are left out. */
export function namingTexts(books: readonly TitleRecord[], count: number, chance: Chance): NamingText[] {
  return WAYS.flatMap((way) =>
    Array.from({ length: Math.round(count * way.share) }, () => {
      const book = chance.pick(books);
      const title = way.spoil(parseTitle(book.title).main.replace(/[?!]$/, ''), chance);
      const template = chance.pick(way.templates);
      const author = surnameOf(book.authors[0] ?? '').join(' ');
      const text = template.replace('{t}', () => title).replace('{a}', () => author);
      return { text, book, way: way.name, hasAuthor: template.includes('{a}') };
    }),
  );
}

function dropArticle(title: string): string {
  return title.replace(/^(the|a|an) /, '');
}

/** One slip in a word of four or more letters, a second one in long titles. */
function misspell(title: string, chance: Chance): string {
  const once = slip(title, chance);
  return title.length > 20 ? slip(once, chance) : once;
}

function slip(title: string, chance: Chance): string {
  const words = [...title.matchAll(/[a-z]{4,}/g)];
  if (words.length === 0) return title;
  const word = chance.pick(words);
  const at = word.index + 1 + chance.below(word[0].length - 1);
  const letter = String.fromCharCode(97 + chance.below(26));
  const slips = [
    title.slice(0, at) + title.slice(at + 1),
    title.slice(0, at) + (title[at] ?? '') + title.slice(at),
    title.slice(0, at) + letter + title.slice(at + 1),
    title.slice(0, at - 1) + (title[at] ?? '') + (title[at - 1] ?? '') + title.slice(at + 1),
  ];
  return chance.pick(slips);
}
