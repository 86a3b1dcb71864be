// One actor's whole journal, from its birth to where it stands, stepped through this build: the gate before it serves. Nothing is
// performed and nothing is written; one journal is in memory at a time.
import { migrate } from '../../runtime/actor-turn.ts';
import type { TurnView } from '../../runtime/archive.ts';
import type { DurableMachine } from '../../runtime/machine.ts';
import { persist, restore } from '../../runtime/persist.ts';
import { misfit, replay, take } from '../../runtime/replay.ts';
import type { Decided, Divergence } from '../../runtime/replay.ts';
import type { LiveSnapshot, StoredSnapshot } from '../../runtime/snapshot.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import type { Archived } from '../shop/actor-desk.ts';
import type { StoredActor } from './stored-actors.ts';

/** `trouble`: what this build does otherwise, in one sentence. `isWhole`: the journal reaches back to the actor's birth. */
export type JournalCheck = { turns: number; isWhole: boolean; trouble: string | null };

/** Where the journal does not reach back, only the present state is read. */
export async function checkJournal(shop: Archived, actor: StoredActor): Promise<JournalCheck> {
  const definition = shop.runtime.knowledge.machines.get(actor.machine);
  const foreign = definition
    ? misfit(definition, JSON.parse(actor.snapshot), actor.version)
    : `this build has no machine "${actor.machine}"`;
  if (definition === undefined || foreign !== null) return { turns: 0, isWhole: true, trouble: foreign };
  const turns = await journalOf(shop, actor.storeId, actor.key);
  const [birth] = turns;
  if (birth?.seq !== 1 || birth.event === null) return { turns: 0, isWhole: false, trouble: null };
  return { turns: turns.length, isWhole: true, trouble: await troubleIn(shop, definition, actor, turns) };
}

/** All turns of an actor, oldest first. */
export async function journalOf(shop: Archived, storeId: number, key: string): Promise<TurnView[]> {
  const turns: TurnView[] = [];
  for (;;) {
    const page = await archiveOf(shop).history(storeId, key, turns.at(-1)?.seq ?? 0, PAGE);
    turns.push(...page);
    if (page.length < PAGE) return turns;
  }
}
const PAGE = 1_000;

async function troubleIn(
  shop: Archived,
  definition: DurableMachine,
  actor: StoredActor,
  turns: readonly TurnView[],
): Promise<string | null> {
  const { divergence, end } = replay(definition, actor.key, turns, shop.runtime.knowledge.transactional);
  if (divergence === null) return end && oddContext(shop, definition, actor, turns, end);
  const isOfThisVersion = turns.every(({ seq, version }) => seq > divergence.seq || version === definition.version);
  const differs = isOfThisVersion ? divergence : await inStates(shop, definition, actor, turns);
  return differs && inWords(differs);
}

/**
 * Turns of an older version, and those since: each leads to the state that the recorded one becomes by migration. Commands are not
 * compared: those of another version may have other names.
 */
async function inStates(
  shop: Archived,
  definition: DurableMachine,
  { storeId, key }: StoredActor,
  turns: readonly TurnView[],
): Promise<Divergence | null> {
  const recorded = async ({ seq, version }: TurnView): Promise<StoredSnapshot> => {
    const stored = await archiveOf(shop).snapshotAt(storeId, key, seq);
    if (stored === null) throw new Error('the journal has a gap');
    return migrate(definition, stored, version);
  };
  let live: LiveSnapshot | null = null;
  let before: TurnView | undefined;
  for (const turn of turns) {
    const was: Decided = { value: turn.value, commands: [] };
    const differs = { seq: turn.seq, type: turn.type, was };
    try {
      if (before !== undefined && before.version !== turn.version) live = restore(definition, await recorded(before));
      live = take(definition, key, live, turn).live;
      const { value } = persist(definition, live);
      const isSame = sameState(value, turn.value) || sameState(value, (await recorded(turn)).value);
      if (!isSame) return { ...differs, is: { value, commands: [] }, trouble: null };
    } catch (error) {
      return { ...differs, is: null, trouble: error instanceof Error ? error.message : 'unknown' };
    }
    before = turn;
  }
  return null;
}

function sameState(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Keys of the context that this build comes to otherwise than is stored; null where the stored one waits to be migrated. */
async function oddContext(
  shop: Archived,
  definition: DurableMachine,
  { storeId, key, version }: StoredActor,
  turns: readonly TurnView[],
  end: StoredSnapshot,
): Promise<string | null> {
  const stored = await archiveOf(shop).snapshotAt(storeId, key, turns.at(-1)?.seq ?? 0);
  if (stored === null || version !== definition.version) return null;
  const keys = new Set([...Object.keys(stored.context), ...Object.keys(end.context)]);
  const odd = [...keys].filter((name) => JSON.stringify(stored.context[name]) !== JSON.stringify(end.context[name]));
  return odd.length === 0 ? null : `each turn is decided as it was, but its context differs at ${odd.join(', ')}`;
}

function inWords({ seq, type, was, is, trouble }: Divergence): string {
  const told = ({ value, commands }: Decided) => `${JSON.stringify(value)} [${commands.join(' ')}]`;
  return `turn ${seq} (${type}): was ${told(was)}, is ${is ? told(is) : trouble}`;
}
