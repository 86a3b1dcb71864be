// What the shop's actors are given besides the run's own context; assembled in src/cli, once per process.
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import type { Brain } from '../src/brain/brain.ts';
import type { Catalogue } from '../src/catalogue/catalogue.ts';
import type { ElsewhereDesk } from '../src/catalogue/elsewhere.ts';
import type { OrderableBooks } from '../src/catalogue/orderable-books.ts';
import type { Channels } from '../src/channels/channels.ts';
import type { AddressBook } from '../src/commerce/address-book.ts';
import type { CustomerDesk } from '../src/commerce/square/customer-desk.ts';
import type { Stock } from '../src/commerce/stock/stock.ts';
import type { Tills } from '../src/commerce/tills.ts';
import type { Waitlist } from '../src/commerce/waitlist/waitlist.ts';
import type { Vault } from '../src/runtime/vault.ts';

export type Services = {
  db: NodePgDatabase;
  vault: Vault;
  channels: Channels;
  brain: Brain;
  catalogue: Catalogue;
  /** What the wholesaler can send. */
  orderables: OrderableBooks;
  elsewhere: ElsewhereDesk;
  waitlist: Waitlist;
  stock: Stock;
  tills: Tills;
  addresses: AddressBook;
  /** Who they are at Square. */
  customers: CustomerDesk;
};
