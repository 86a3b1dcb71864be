// `marty replay`: a shadow deploy. What was recorded of late runs through this build; who would have been answered differently
// is listed, and the exit code is the gate.
import cliProgress from 'cli-progress';
import { createBrain } from '../../brain/brain.ts';
import { createBookFinder } from '../../catalogue/sources/book-finder.ts';
import { shadowOf } from '../shadow/shadow.ts';
import type { Difference, Shadow, ShadowOptions } from '../shadow/shadow.ts';
import type { Replayed } from '../shadow/told.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import { claudeOf } from '../shop/open-shop.ts';
import type { Shop } from '../shop/open-shop.ts';
import { durationMs } from './duration.ts';
import { UsageError } from '../plain-errors.ts';
import { storeOf, withShop } from './with-shop.ts';

export type ReplayFlags = {
  last: string;
  store?: string;
  claude?: boolean;
  persona?: string;
  ignoreWords?: boolean;
  ids?: boolean;
  json?: boolean;
};

export type Summary = Pick<Shadow, 'turns' | 'renewed' | 'kept'> & {
  since: string;
  actors: number;
  differing: number;
  /** Actors whose journal does not reach back far enough. */
  pruned: number;
};

/** Exits with 1 when anybody would be answered differently. */
export async function runReplay(flags: ReplayFlags): Promise<void> {
  await withShop(async (shop) => {
    const bar = new cliProgress.SingleBar({
      format: '{bar} {value} of {total} actors · {differing} differ',
      stream: process.stderr,
    });
    const { differing } = await replayAll(shop, flags, Date.now(), {
      onStart: (actors) => bar.start(actors, 0, { differing: 0 }),
      onActor: (differing) => bar.increment({ differing }),
      onEnd: () => bar.stop(),
      say: (line) => void process.stdout.write(`${line}\n`),
    });
    if (differing > 0) process.exitCode = 1;
  });
}

export type ReplayHooks = {
  onStart: (actors: number) => void;
  onActor: (differing: number) => void;
  onEnd: () => void;
  say: (line: string) => void;
};

/** Reads only. @throws UsageError */
export async function replayAll(shop: Shop, flags: ReplayFlags, nowMs: number, hooks: ReplayHooks): Promise<Summary> {
  const lastMs = durationMs(flags.last);
  if (lastMs === null) throw new UsageError(`--last is a span of time such as 24h or 7d, not "${flags.last}".`);
  const since = new Date(nowMs - lastMs);
  const storeId = storeOf(shop, flags.store).id;
  const options = optionsOf(shop, flags, since);
  const summary: Summary = {
    since: since.toISOString(),
    actors: 0,
    turns: 0,
    renewed: 0,
    kept: 0,
    differing: 0,
    pruned: 0,
  };
  hooks.onStart(await countOf(shop, storeId, since));
  for await (const actor of activeSince(shop, storeId, since)) {
    const shadow = await shadowOf(options, actor);
    add(summary, shadow);
    if (shadow.first !== null) {
      const name = flags.ids ? ((await archiveOf(shop).show(storeId, actor.key))?.id ?? actor.key) : actor.key;
      hooks.say(flags.json ? jsonOf(name, actor, shadow, shadow.first) : wordsFor(name, actor, shadow, shadow.first));
    }
    hooks.onActor(summary.differing);
  }
  hooks.onEnd();
  hooks.say(flags.json ? JSON.stringify({ summary }) : inWords(summary));
  return summary;
}

function optionsOf(shop: Shop, flags: ReplayFlags, since: Date): ShadowOptions {
  const claude = flags.claude ? claudeOf(shop.config, flags.persona) : null;
  if (flags.claude && claude === null) throw new UsageError('--claude needs ANTHROPIC_API_KEY.');
  if (flags.persona !== undefined && claude === null) throw new UsageError('--persona is for Claude: add --claude.');
  const { db, vault, books, services } = shop;
  const brain = createBrain({
    db,
    vault,
    catalogue: services.catalogue,
    finder: createBookFinder({ sources: [], orderables: books.orderables, onTrouble: () => undefined }),
    waitlist: books.waitlist,
    now: Date.now,
    config: { claude },
    rehearses: true,
  });
  return { shop, brain, hasClaude: claude !== null, ignoresWords: flags.ignoreWords ?? false, since };
}

const ACTIVE = 'store_id = $1 AND updated_at >= $2 AND data_key IS NOT NULL AND seq > 0';
const PAGE = 500;

async function countOf({ database }: Shop, storeId: number, since: Date): Promise<number> {
  const { rows } = await database.pool.query<{ count: string }>(`SELECT count(*) FROM actors WHERE ${ACTIVE}`, [
    storeId,
    since,
  ]);
  return Number(rows[0]?.count ?? 0);
}

async function* activeSince({ database }: Shop, storeId: number, since: Date): AsyncGenerator<Replayed> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await database.pool.query<{ key: string; machine: string; data_key: Buffer }>(
      `SELECT key, machine, data_key FROM actors WHERE ${ACTIVE} AND key > $3 ORDER BY key LIMIT ${PAGE}`,
      [storeId, since, after],
    );
    for (const { key, machine, data_key: dataKey } of rows) yield { storeId, key, machine, dataKey };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.key;
  }
}

function add(summary: Summary, { turns, renewed, kept, first, pruned }: Shadow): void {
  summary.actors += 1;
  summary.turns += turns;
  summary.renewed += renewed;
  summary.kept += kept;
  summary.differing += first === null ? 0 : 1;
  summary.pruned += pruned ? 1 : 0;
}

function jsonOf(actor: string, { machine }: Replayed, { differing, turns }: Shadow, first: Difference): string {
  return JSON.stringify({ actor, machine, turns, differingTurns: differing, first });
}

function wordsFor(actor: string, { machine }: Replayed, { differing, turns }: Shadow, first: Difference): string {
  const { seq, at, type, by, was, is, trouble } = first;
  const lines = [
    `${machine} ${actor}: turn ${seq} of ${at.toISOString()} (${type}) would differ by the ${by}; ${differing} of ${turns} turns would.`,
  ];
  const state = (side: unknown) => JSON.stringify(side);
  if (trouble !== null) lines.push(`  cannot be taken: ${trouble}`);
  if (state(was.value) !== state(is.value))
    lines.push(`  state was ${state(was.value)}`, `        is  ${state(is.value)}`);
  if (state(was.act) !== state(is.act)) lines.push(`  act   was ${state(was.act)}`, `        is  ${state(is.act)}`);
  if (state(was.bubbles) !== state(is.bubbles))
    lines.push(`  said  was ${state(was.bubbles)}`, `        is  ${state(is.bubbles)}`);
  return lines.join('\n');
}

function inWords({ since, actors, turns, renewed, kept, differing, pruned }: Summary): string {
  const words = [
    `Since ${since}: ${actors} actors, ${turns} turns; ${renewed} replies thought out again, ${kept} taken as recorded.`,
    differing === 0 ? 'Nobody would be answered differently.' : `${differing} would be answered differently.`,
  ];
  if (pruned > 0) words.push(`${pruned} were left out: their journal does not reach back so far.`);
  return words.join('\n');
}
