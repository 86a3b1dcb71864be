// The book sources that this shop asks, in the order in which it asks them.
import { hardcover } from './hardcover.ts';
import type { HardcoverOptions } from './hardcover.ts';
import { openLibrary } from './open-library.ts';
import type { OpenLibraryOptions } from './open-library.ts';
import type { BookSource } from './source.ts';

/** Null: that one is off. Without any, the shop's own catalogue and the wholesaler's list are all there is. */
export type SourceConfig = { hardcover: HardcoverOptions | null; openLibrary: OpenLibraryOptions | null };

export function openSources(config: SourceConfig): BookSource[] {
  return [
    ...(config.hardcover ? [hardcover(config.hardcover)] : []),
    ...(config.openLibrary ? [openLibrary(config.openLibrary)] : []),
  ];
}
