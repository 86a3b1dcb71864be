// `marty actors replay`: does this build decide as the journals say? Of one actor, or of all: the gate before a build serves.
import cliProgress from 'cli-progress';
import { checkJournal } from '../shadow/journal.ts';
import type { JournalCheck } from '../shadow/journal.ts';
import { countStored, storedActors } from '../shadow/stored-actors.ts';
import type { StoredActor } from '../shadow/stored-actors.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import type { Shop } from '../shop/open-shop.ts';
import { UsageError } from '../plain-errors.ts';
import { addressOf, storeOf, withShop } from './with-shop.ts';

export type JournalFlags = { all?: boolean; store?: string };

/** `differing`: not at home in this build, or decided otherwise. `short`: journals that do not reach back to the birth. */
export type JournalSum = { actors: number; turns: number; differing: number; short: number };

export type JournalHooks = {
  onStart: (actors: number) => void;
  onActor: (differing: number) => void;
  onEnd: () => void;
  say: (line: string) => void;
};

/** Exits with 1 when this build would have decided otherwise. */
export async function runActorsReplay(id: string | undefined, flags: JournalFlags): Promise<void> {
  await withShop(async (shop) => {
    if ((id === undefined) === !flags.all) throw new UsageError('Name one actor, or say --all.');
    const isAlike = id === undefined ? await ofAll(shop, flags) : await ofOne(shop, id, flags);
    if (!isAlike) process.exitCode = 1;
  });
}

async function ofOne(shop: Shop, id: string, flags: JournalFlags): Promise<boolean> {
  const { turns, isWhole, trouble } = await checkJournal(shop, await storedActor(shop, id, flags));
  if (!isWhole) throw new UsageError(`The journal of "${id}" does not reach back to its birth.`);
  console.log(trouble ?? `${turns} turns, each decided as it was.`);
  return trouble === null;
}

/** @throws UsageError */
async function storedActor(shop: Shop, id: string, flags: JournalFlags): Promise<StoredActor> {
  const { storeId, machine, id: name } = addressOf(shop, id, flags.store);
  const key = await shop.runtime.find({ storeId, machine, id: name });
  const shown = key === null ? null : await archiveOf(shop).show(storeId, key);
  if (!shown?.snapshot) throw new UsageError(`There is no actor "${id}".`);
  return { storeId, key: shown.key, machine, version: shown.version, snapshot: JSON.stringify(shown.snapshot) };
}

async function ofAll(shop: Shop, flags: JournalFlags): Promise<boolean> {
  const bar = new cliProgress.SingleBar({
    format: '{bar} {value} of {total} actors · {differing} differ',
    stream: process.stderr,
  });
  const { differing } = await replayJournals(shop, flags, {
    onStart: (actors) => bar.start(actors, 0, { differing: 0 }),
    onActor: (soFar) => bar.increment({ differing: soFar }),
    onEnd: () => bar.stop(),
    say: (line) => console.log(line),
  });
  return differing === 0;
}

/** Reads only. Each actor that differs is named by its key, with the first turn that does. @throws UsageError */
export async function replayJournals(shop: Shop, flags: JournalFlags, hooks: JournalHooks): Promise<JournalSum> {
  const whose = { storeId: flags.store === undefined ? null : storeOf(shop, flags.store).id };
  const sum: JournalSum = { actors: 0, turns: 0, differing: 0, short: 0 };
  hooks.onStart(await countStored(shop, whose));
  try {
    for await (const actor of storedActors(shop, whose)) {
      const check = await checkJournal(shop, actor);
      add(sum, check);
      if (check.trouble !== null) hooks.say(`${actor.machine} ${actor.key}: ${check.trouble}`);
      hooks.onActor(sum.differing);
    }
  } finally {
    hooks.onEnd();
  }
  hooks.say(inWords(sum));
  return sum;
}

function add(sum: JournalSum, { turns, isWhole, trouble }: JournalCheck): void {
  sum.actors += 1;
  sum.turns += turns;
  sum.differing += trouble === null ? 0 : 1;
  sum.short += isWhole ? 0 : 1;
}

function inWords({ actors, turns, differing, short }: JournalSum): string {
  const verdict = differing === 0 ? 'each decided as it was.' : `${differing} actors differ: do not serve this build.`;
  const words = [`${actors} actors, ${turns} turns: ${verdict}`];
  if (short > 0)
    words.push(`${short} journals do not reach back to the birth: of those the present state alone was read.`);
  return words.join('\n');
}
