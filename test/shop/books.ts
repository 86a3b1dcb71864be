// Books of the demo shop that the tests buy, each by a name that can mean nothing else.
import { demoShop } from '../../src/catalogue/demo/demo-shop.ts';
import type { Book } from './journeys.ts';

/** @param title as on its card */
export function book(title: string, named = title.toLowerCase()): Book {
  const card = demoShop().find((one) => one.book.title === title);
  if (card === undefined) throw new Error(`the demo shop has no "${title}"`);
  const { isbn13, priceCents } = card.book;
  return { isbn13, title, priceCents, named };
}
