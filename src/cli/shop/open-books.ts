// Everything about books that are not on the shelf: the sources, the wholesaler's list, links, and the waiting list.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Logger } from 'pino';
import { createBookshopLinks } from '../../catalogue/bookshop-links.ts';
import type { BookshopLinks } from '../../catalogue/bookshop-links.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { createElsewhere } from '../../catalogue/elsewhere.ts';
import type { ElsewhereDesk } from '../../catalogue/elsewhere.ts';
import { createOrderableBooks } from '../../catalogue/orderable-books.ts';
import type { OrderableBooks } from '../../catalogue/orderable-books.ts';
import { createAnswers } from '../../catalogue/sources/answers.ts';
import type { SourceAnswers } from '../../catalogue/sources/answers.ts';
import { createBookFinder } from '../../catalogue/sources/book-finder.ts';
import type { BookFinder } from '../../catalogue/sources/book-finder.ts';
import { createBudget } from '../../catalogue/sources/budget.ts';
import { guardSource } from '../../catalogue/sources/guarded-source.ts';
import type { GuardedSource } from '../../catalogue/sources/guarded-source.ts';
import type { BookSource } from '../../catalogue/sources/source.ts';
import { openSources } from '../../catalogue/sources/open-sources.ts';
import { createWaitlist } from '../../commerce/waitlist/waitlist.ts';
import type { Waitlist } from '../../commerce/waitlist/waitlist.ts';
import type { Vault } from '../../runtime/vault.ts';
import type { Config } from '../config/config.ts';

export type BooksDesk = {
  sources: readonly GuardedSource[];
  answers: SourceAnswers;
  finder: BookFinder;
  orderables: OrderableBooks;
  links: BookshopLinks;
  elsewhere: ElsewhereDesk;
  waitlist: Waitlist;
};

export function openBooks(parts: {
  config: Config;
  db: NodePgDatabase;
  vault: Vault;
  catalogue: Catalogue;
  log: Logger;
  now: () => number;
  /** Puts a watch around each source. */
  observe: (source: BookSource) => BookSource;
  onResting: (source: BookSource['name']) => void;
}): BooksDesk {
  const { config, db, vault, catalogue, log, now, observe, onResting } = parts;
  const answers = createAnswers(db, vault, now);
  const budget = createBudget(db);
  const sources = openSources(config).map((source) => guardSource(observe(source), { budget, answers, onResting }));
  const orderables = createOrderableBooks(db);
  const { publicUrl, bookshopAffiliateId: affiliateId } = config;
  const links = createBookshopLinks({ db, publicUrl, affiliateId, now });
  const onTrouble = (source: string, code: string) => log.warn({ source, code }, 'a book source did not answer');
  return {
    sources,
    answers,
    finder: createBookFinder({ sources, orderables, onTrouble }),
    orderables,
    links,
    elsewhere: createElsewhere({ catalogue, orderables, links }),
    waitlist: createWaitlist(db, now),
  };
}
