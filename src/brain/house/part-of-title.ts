// A choice by part of a title is held against the shelf: "dune", said where Dune Messiah was shown, may be Dune.
import type { ShownBook } from '../../../schema/acts.ts';
import type { Resolution } from '../../catalogue/catalogue.ts';
import type { Draft, Shelf, Situation } from '../situation.ts';
import { shownBook } from '../../catalogue/shown-book.ts';
import { chosen, saidIfAny } from './reading.ts';
import { isNamedInPart, saysWhole } from './reference.ts';
import { titlePart } from './taking.ts';
import { joined, plain } from './text.ts';

/** The choice as it is, where no other title is said in full; else that book, where it is certain, or the question which. */
export async function heldAgainstShelf(catalogue: Shelf, situation: Situation, draft: Draft): Promise<Draft> {
  const { act } = draft;
  const [book] = draft.shown;
  if (act.type !== 'customer.choseBook' || book === undefined) return draft;
  const words = titlePart(joined(situation.unread));
  if (!isNamedInPart(words, book)) return draft;
  const named = await catalogue.resolve(situation.storeId, words);
  const other = named.kind === 'none' ? undefined : booksOf(named).find((each) => saysWhole(words, each));
  if (other === undefined || other.isbn13 === book.isbn13) return draft;
  const isCertain = named.kind === 'one' && !saysWhole(plain(book.title), other);
  return saidIfAny(isCertain ? chosen([other], act.copies) : chosen([book, other], 1), situation) ?? draft;
}

function booksOf(named: Exclude<Resolution, { kind: 'none' }>): ShownBook[] {
  return named.kind === 'one' ? [shownBook(named.book)] : named.books.map(shownBook);
}
