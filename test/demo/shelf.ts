// The books that the demo's customers ask for: a few of the demo shop whose titles stand for nothing else.
import { createRequire } from 'node:module';
import { z } from 'zod';

const Shelf = z.array(
  z.object({ isbn13: z.string(), title: z.string(), authors: z.array(z.string()).min(1), priceCents: z.int() }),
);
export type DemoBook = z.infer<typeof Shelf>[number];

const TITLES =
  /^(Dune|The Hobbit|Neuromancer|The Dispossessed|The Lathe of Heaven|A Wizard of Earthsea|Piranesi|Kindred|Hyperion)$/;

const read = createRequire(import.meta.url);

export const SHELF: readonly DemoBook[] = ['fantasy', 'science-fiction']
  .flatMap((name) => Shelf.parse(read(`../../src/catalogue/demo/${name}.json`)))
  .filter(({ title }) => TITLES.test(title));

/** A title as a pattern. */
export function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
