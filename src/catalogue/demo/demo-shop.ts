// The books of the demo shop, shelf by shelf, as a bookseller would write the cards. Every ISBN belongs to its title.
import { z } from 'zod';
import { BookInput } from '../book-input.ts';
import appendixN from './appendix-n.json' with { type: 'json' };
import children from './children.json' with { type: 'json' };
import fantasy from './fantasy.json' with { type: 'json' };
import philosophy from './philosophy.json' with { type: 'json' };
import programming from './programming.json' with { type: 'json' };
import roleplaying from './roleplaying.json' with { type: 'json' };
import scienceFiction from './science-fiction.json' with { type: 'json' };

/** A card: the book and how many copies the shop opens with. */
export type DemoBook = { book: BookInput; onHand: number };

const Card = BookInput.extend({ onHand: z.number().int().min(0) });

const SHELVES = {
  'science fiction': scienceFiction,
  fantasy,
  'appendix n': appendixN,
  roleplaying,
  programming,
  philosophy,
  children,
};

/** More than 150 books, each ISBN once. */
export function demoShop(): DemoBook[] {
  return Object.entries(SHELVES).flatMap(([shelf, cards]) =>
    z
      .array(Card)
      .parse(cards)
      .map(({ onHand, ...book }) => ({ book: { ...book, shelf }, onHand })),
  );
}
