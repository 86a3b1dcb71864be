// What a batch does to actors other than its own: rows in their inboxes, in the same commit, and births.
import type { ActorTurn } from './actor-turn.ts';
import type { BornRow } from './batch-writes.ts';
import type { Cause } from './cause.ts';
import type { Address, Directory } from './directory.ts';
import { RuntimeError } from './errors.ts';
import { isUuid } from './ids.ts';
import type { TurnKnowledge } from './actor-turn.ts';
import type { InboxRow } from './rows.ts';

/** The committing process opens the inboxes that it wrote to; if it dies, a sweeper does after this time (ms). */
const SWEPT_AFTER_MS = 3_000;

export type Others = { inbox: InboxRow[]; born: BornRow[]; woken: Array<{ storeId: number; actorKey: string }> };

type Deps = { knowledge: TurnKnowledge; directory: Directory };

/** Finds the actors that the turns address. What goes to nobody is dropped: the sender cannot know who has ended or was forgotten. */
export async function addressOthers(deps: Deps, turns: readonly ActorTurn[], at: number): Promise<Others> {
  const others: Others = { inbox: [], born: [], woken: [] };
  for (const turn of turns) {
    for (const { start, ...origin } of turn.starts) {
      const address = { storeId: turn.row.storeId, machine: start.machine, id: start.id };
      const key = await bear(deps, others, address);
      deliver(deps, others, turn, key, { kind: 'init', input: start.input }, origin, at);
    }
    for (const { to, event, ...origin } of turn.sends) {
      const target = deps.directory.parse(turn.row.storeId, to);
      if ('machine' in target && !deps.knowledge.machines.has(target.machine)) {
        throw new RuntimeError(
          'unsupported',
          `machine "${turn.row.machine}" sends "${event.type}" to an actor of machine "${target.machine}", which is unknown`,
        );
      }
      const key = 'key' in target ? target.key : await deps.directory.keyOf(target);
      if (key) deliver(deps, others, turn, key, { kind: 'event', event }, origin, at);
    }
  }
  return others;
}

// An actor whose id is a UUID has it as its key and is born in this commit; others get their row from the directory.
async function bear({ knowledge, directory }: Deps, others: Others, address: Address): Promise<string> {
  const definition = knowledge.machines.get(address.machine);
  const key = await directory.keyOf(address);
  if (!definition || !key)
    throw new RuntimeError('unsupported', `cannot start an actor of machine "${address.machine}"`);
  if (isUuid(address.id)) {
    others.born.push({
      storeId: address.storeId,
      key,
      machine: address.machine,
      version: definition.version,
      addressSealed: knowledge.vault.sealShared(address.id),
      dataKey: knowledge.vault.createDataKey(),
    });
  }
  return key;
}

function deliver(
  { knowledge }: Deps,
  others: Others,
  from: ActorTurn,
  actorKey: string,
  cause: Cause,
  { correlationId, trace }: { correlationId: string; trace: string | null },
  at: number,
): void {
  const { storeId, machine } = from.row;
  const envelope = { cause, source: `actor:${machine}`, correlationId, ...(trace === null ? {} : { trace }) };
  const type = cause.kind === 'event' ? cause.event.type : 'xstate.init';
  const payload = knowledge.vault.sealShared(JSON.stringify(envelope));
  others.inbox.push({
    storeId,
    actorKey,
    state: 'waiting',
    payload,
    type,
    trouble: null,
    notBefore: new Date(at + SWEPT_AFTER_MS),
  });
  others.woken.push({ storeId, actorKey });
}
