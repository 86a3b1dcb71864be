// The ways in which people say a book's title. From "The Fellowship of the Ring (The Lord of the Rings, #1)" come
// "fellowship of the ring" (title), "lord of the rings 1" (numbered) and "lord of the rings" (series).
import { wordsOf } from './fold.ts';

/** `series` names more than one book, and is never enough to sell one. */
export type FormKind = 'title' | 'full' | 'subtitle' | 'numbered' | 'series';

export type TitleForm = { kind: FormKind; words: string[] };

export type ParsedTitle = { main: string; subtitle: string | null; series: string | null; seriesNumber: number | null };

const SERIES = /\s*\(([^()#]+?),?\s*#(\d+(?:\.\d+)?)(?:\s*-\s*[\d.]+)?[^()]*\)\s*$/;
const BRACKETS = /\s*[([][^()[\]]*[)\]]\s*$/;
const SUBTITLE = /^(.{2,}?)(?::\s+|\s+[-–—]\s+|[,;]\s+or,?\s+(?=the\b|a\b|an\b|[A-Z]))(.+)$/;
const ARTICLES = new Set(['the', 'a', 'an']);

/** Takes a title apart as shops and catalogues write it. */
export function parseTitle(title: string): ParsedTitle {
  const inSeries = SERIES.exec(title);
  const bare = (inSeries ? title.slice(0, inSeries.index) : title.replace(BRACKETS, '')).trim() || title;
  const split = SUBTITLE.exec(bare);
  return {
    main: split?.[1] ?? bare,
    subtitle: split?.[2] ?? null,
    series: inSeries?.[1]?.split(';')[0]?.trim() ?? null,
    seriesNumber: inSeries ? Number(inSeries[2]) : null,
  };
}

/** The forms of one book, most telling first, without doubles. A stored series wins over one in brackets. */
export function formsOf(book: { title: string; series: string | null; seriesNumber: number | null }): TitleForm[] {
  const parsed = parseTitle(book.title);
  const series = book.series ?? parsed.series;
  const number = book.seriesNumber ?? parsed.seriesNumber;
  const forms: TitleForm[] = [{ kind: 'title', words: withoutArticle(wordsOf(parsed.main)) }];
  if (parsed.subtitle !== null) {
    forms.push({ kind: 'full', words: withoutArticle(wordsOf(`${parsed.main} ${parsed.subtitle}`)) });
    const subtitle = withoutArticle(wordsOf(parsed.subtitle));
    if (subtitle.length > 2) forms.push({ kind: 'subtitle', words: subtitle });
  }
  if (series !== null && number !== null) {
    forms.push({ kind: 'numbered', words: [...withoutArticle(wordsOf(series)), String(number)] });
  }
  if (series !== null) forms.push({ kind: 'series', words: withoutArticle(wordsOf(series)) });
  return unlike(forms);
}

/** Titles are compared without the article that half of all customers leave out. */
export function withoutArticle(words: string[]): string[] {
  const [first] = words;
  return words.length > 1 && first !== undefined && ARTICLES.has(first) ? words.slice(1) : words;
}

function unlike(forms: TitleForm[]): TitleForm[] {
  const seen = new Set<string>();
  return forms.filter(({ words }) => {
    const key = words.join(' ');
    if (key === '' || seen.has(key)) return false;
    return seen.add(key);
  });
}
