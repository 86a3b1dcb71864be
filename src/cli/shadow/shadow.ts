// A shadow deploy: what was recorded since some day runs through this build, and nothing is performed. Every turn starts from
// where the actor really stood, so that each difference is this build's own. One page of turns is in memory at a time.
import type { Brain } from '../../brain/brain.ts';
import { migrate } from '../../runtime/actor-turn.ts';
import type { TurnView } from '../../runtime/archive.ts';
import { turnIds } from '../../runtime/ids.ts';
import type { DurableMachine } from '../../runtime/machine.ts';
import { take } from '../../runtime/replay.ts';
import type { LiveSnapshot } from '../../runtime/snapshot.ts';
import { persist, restore } from '../../runtime/persist.ts';
import { step } from '../../runtime/stepper.ts';
import type { Stepped } from '../../runtime/stepper.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import type { Shop } from '../shop/open-shop.ts';
import { SecondThoughts } from './second-thoughts.ts';
import type { Thought } from './second-thoughts.ts';
import { toldBy, wouldTell } from './told.ts';
import type { Replayed } from './told.ts';

/** Where an actor stands after a turn, what a reply was understood as (null: no reply was renewed), and what was said. */
export type Side = { value: unknown; act: unknown; bubbles: string[] };

/** One turn that this build takes differently; `trouble`: it cannot take it at all. */
export type Difference = {
  seq: number;
  at: Date;
  type: string;
  /** `chart`: already with the recorded reply; `brain`: because the reply would have been another. */
  by: 'chart' | 'brain';
  was: Side;
  is: Side;
  trouble: string | null;
};

export type Shadow = {
  turns: number;
  /** Replies that were thought out again, and those that were taken as recorded. */
  renewed: number;
  kept: number;
  first: Difference | null;
  differing: number;
  /** The journal does not reach back to where this had to begin. */
  pruned: boolean;
};

export type ShadowOptions = {
  shop: Shop;
  brain: Pick<Brain, 'draft'>;
  hasClaude: boolean;
  /** Only states and acts count, not the wording. */
  ignoresWords: boolean;
  since: Date;
};

const PAGE = 200;

/** Replays one actor. What its first difference leads to is not pursued; the turns after it are recorded ones again. */
export async function shadowOf(options: ShadowOptions, actor: Replayed): Promise<Shadow> {
  const { shop, brain, hasClaude } = options;
  const shadow: Shadow = { turns: 0, renewed: 0, kept: 0, first: null, differing: 0, pruned: false };
  const definition = shop.runtime.knowledge.machines.get(actor.machine);
  const begin = await firstTurn(shop, actor, options.since);
  if (begin === null) return shadow;
  if (definition === undefined) return found(shadow, begin, `this build has no machine "${actor.machine}"`);
  const start = await standingBefore(shop, definition, actor, begin.seq);
  if ('trouble' in start)
    return start.trouble === null ? { ...shadow, pruned: true } : found(shadow, begin, start.trouble);
  let { live } = start;
  const thoughts = new SecondThoughts(shop, brain, actor, hasClaude);
  for await (const { turn, told } of pagesOf(shop, actor, begin.seq)) {
    shadow.turns += 1;
    const after = await compare(options, { definition, actor, live, thoughts }, turn, told, shadow);
    if (after === null) break; // this build cannot follow any further
    live = after;
  }
  return shadow;
}

type Walk = { definition: DurableMachine; actor: Replayed; live: LiveSnapshot | null; thoughts: SecondThoughts };

/** Where the actor stands after the turn as it was recorded; null where this build does not get there. */
async function compare(
  options: ShadowOptions,
  walk: Walk,
  turn: TurnView,
  bubbles: string[],
  shadow: Shadow,
): Promise<LiveSnapshot | null> {
  const { definition, actor, live, thoughts } = walk;
  const was: Side = { value: turn.value, act: null, bubbles };
  let stepped: Stepped;
  try {
    stepped = take(definition, actor.key, live, turn);
  } catch (error) {
    note(shadow, {
      ...about(turn),
      by: 'chart',
      was,
      is: { value: null, act: null, bubbles: [] },
      trouble: wordsFor(error),
    });
    return null;
  }
  const is = sideOf(options, walk, stepped, null);
  if (!alike(options, was, is)) note(shadow, { ...about(turn), by: 'chart', was, is, trouble: null });
  const stays = JSON.stringify(is.value) === JSON.stringify(was.value);
  if (stays) await renew(options, walk, turn, was, shadow);
  thoughts.pass(turn, stepped.effects);
  return stays ? stepped.live : null;
}

/** The same turn with the reply that this build would have made. */
async function renew(options: ShadowOptions, walk: Walk, turn: TurnView, was: Side, shadow: Shadow): Promise<void> {
  const { definition, actor, live, thoughts } = walk;
  const thought = await thoughts.about(turn);
  if (thought === null || live === null) {
    if (turn.type === 'xstate.done.actor.reply') shadow.kept += 1;
    return;
  }
  shadow.renewed += 1;
  const event = { ...eventOf(turn), output: thought.renewed };
  const before = { ...was, act: thought.recorded.act };
  try {
    const stepped = step(definition, live, event, turnIds(actor.key, turn.seq, turn.at.getTime()));
    const is = sideOf(options, walk, stepped, thought);
    if (!alike(options, before, is)) note(shadow, { ...about(turn), by: 'brain', was: before, is, trouble: null });
  } catch (error) {
    const is = { value: null, act: thought.renewed.act, bubbles: thought.renewed.bubbles };
    note(shadow, { ...about(turn), by: 'brain', was: before, is, trouble: wordsFor(error) });
  }
}

function sideOf({ shop }: ShadowOptions, walk: Walk, { live, effects }: Stepped, thought: Thought | null): Side {
  const { value } = persist(walk.definition, live);
  return { value, act: thought?.renewed.act ?? null, bubbles: wouldTell(shop, walk.actor, effects) };
}

function alike({ ignoresWords }: ShadowOptions, was: Side, is: Side): boolean {
  const telling = ({ value, act, bubbles }: Side) => JSON.stringify([value, act, ignoresWords ? null : bubbles]);
  return telling(was) === telling(is);
}

function note(shadow: Shadow, difference: Difference): void {
  shadow.first ??= difference;
  shadow.differing += 1;
}

function found(shadow: Shadow, turn: TurnView, trouble: string): Shadow {
  const nothing: Side = { value: null, act: null, bubbles: [] };
  note(shadow, { ...about(turn), by: 'chart', was: { ...nothing, value: turn.value }, is: nothing, trouble });
  return shadow;
}

const about = ({ seq, at, type }: TurnView) => ({ seq, at, type });

// The cause of a step that failed may quote what was written: only our own sentence is passed on.
function wordsFor(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}

function eventOf({ event, type }: TurnView): { type: string } {
  return typeof event === 'object' && event !== null ? { ...event, type } : { type };
}

async function firstTurn(shop: Shop, { storeId, key }: Replayed, since: Date): Promise<TurnView | null> {
  const { rows } = await shop.database.pool.query<{ seq: string | null }>(
    'SELECT min(seq) AS seq FROM events WHERE store_id = $1 AND actor_key = $2 AND at >= $3',
    [storeId, key, since],
  );
  const seq = rows[0]?.seq;
  if (seq === null || seq === undefined) return null;
  const [turn] = await archiveOf(shop).history(storeId, key, Number(seq) - 1, 1);
  return turn ?? null;
}

type Start = { live: LiveSnapshot | null } | { trouble: string | null };

/** `trouble` null: what came before is not there any more. */
async function standingBefore(shop: Shop, definition: DurableMachine, actor: Replayed, seq: number): Promise<Start> {
  if (seq === 1) return { live: null };
  const archive = archiveOf(shop);
  const [[before], stored] = await Promise.all([
    archive.history(actor.storeId, actor.key, seq - 2, 1),
    archive.snapshotAt(actor.storeId, actor.key, seq - 1),
  ]);
  if (before?.seq !== seq - 1 || stored === null) return { trouble: null };
  try {
    return { live: restore(definition, migrate(definition, stored, before.version)) };
  } catch (error) {
    return { trouble: wordsFor(error) };
  }
}

async function* pagesOf(shop: Shop, actor: Replayed, from: number): AsyncGenerator<{ turn: TurnView; told: string[] }> {
  const archive = archiveOf(shop);
  for (let after = from - 1; ;) {
    const turns = await archive.history(actor.storeId, actor.key, after, PAGE);
    const told = await toldBy(shop, actor, turns);
    for (const turn of turns) yield { turn, told: told.get(turn.seq) ?? [] };
    const last = turns.at(-1);
    if (last === undefined || turns.length < PAGE) return;
    after = last.seq;
  }
}
