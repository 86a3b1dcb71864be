// What whoever brought a shop back has to know and to do before web and worker start.
import type { SetUp } from './set-up.ts';

type Back = { slug: string; /** What the tables know ends here. */ backupAt: Date; setUp: SetUp };

/** Lines for the terminal. */
export function afterwards({ slug, backupAt, setUp: { commands, bubbles, links } }: Back): string[] {
  return [
    `${commands} commands run again under their old ids; ${bubbles} bubbles may have left since and are looked up first;`,
    `${links} links and refunds are asked about in the first minutes.`,
    `Whoever asked to be forgotten since ${backupAt.toISOString()} is back and must be forgotten again, before web and worker start:`,
    `  marty customers forget PHONE --store ${slug}`,
  ];
}
