// The durable actor without Postgres: the runtime's own turns (`openActor`, `take`) over tables that are kept in memory as the rows
// that they would be. Before every turn everything else is thrown away: the machine is built anew and the actor read from its row.
// Each turn is taken twice: by a process that dies before its commit, and by the one that does the work over.
import { isDeepStrictEqual } from 'node:util';
import type { AnyEventObject } from 'xstate';
import { openActor } from '../../src/runtime/actor-turn.ts';
import type { ActorTurn, TurnKnowledge } from '../../src/runtime/actor-turn.ts';
import { actor } from '../../src/runtime/authoring.ts';
import { eventFrom } from '../../src/runtime/batch-reads.ts';
import type { Cause, Outcome } from '../../src/runtime/cause.ts';
import { checkMachine } from '../../src/runtime/machine.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';
import type { ActorRow, CommandRow, TimerRow } from '../../src/runtime/rows.ts';
import { applyStepBack, StepBack, StoredSnapshot } from '../../src/runtime/snapshot.ts';
import { restore } from '../../src/runtime/persist.ts';
import { take } from '../../src/runtime/turn.ts';
import type { Taken } from '../../src/runtime/turn.ts';
import type { Vault } from '../../src/runtime/vault.ts';
import { z } from 'zod';
import type { Answer, Case, Move, Seen, Subject } from './actor-script.ts';
import { BIRTH, KEY, nth, plain } from './actor-script.ts';

const Payload = z.object({ back: StepBack.nullable() });

/** A step failed whole: its event is set aside, and the actor stands as before. */
export class SetAside extends Error {}

// Seals nothing, so that the rows of two turns can be compared.
const vault: Vault = {
  createDataKey: () => Buffer.from('key'),
  seal: (_, text) => Buffer.from(text),
  open: (_, sealed) => sealed.toString(),
  sealShared: (text) => Buffer.from(text),
  openShared: (sealed) => sealed.toString(),
  lookupHash: (text) => Buffer.from(text),
  lookupHashes: (text) => [Buffer.from(text)],
  isRotating: false,
};

type Work = { name: string; row: CommandRow; status: string };
type Written = Pick<ActorTurn, 'journal' | 'commands' | 'starts' | 'sends' | 'emitted'>;

export function durableActor(one: Case, input?: unknown): DurableSubject {
  return new DurableActor(one, input);
}

export type DurableSubject = Subject & {
  /** How often everything in memory was dropped. */
  readonly killed: number;
  /** @throws RuntimeError `unreadable` where the row is one that no build of the machine can step */
  assertReadable: () => void;
};

class DurableActor implements DurableSubject {
  readonly #row: ActorRow;
  readonly #works: Work[] = [];
  readonly #timers = new Map<string, TimerRow>();
  #nowMs = 0;
  killed = 0;

  constructor(
    private readonly one: Case,
    private readonly input: unknown,
  ) {
    this.#row = {
      storeId: 1,
      key: KEY,
      machine: this.#load().machine.id,
      version: 1,
      dataKey: vault.createDataKey(),
      addressSealed: null,
      seq: 0,
      status: 'active',
      snapshot: null,
    };
  }

  async born(): Promise<Seen> {
    return this.#seen([this.#turn({ kind: 'init', input: this.input }).turn]);
  }

  async move(move: Move): Promise<Seen> {
    return this.#seen(this.#moved(move));
  }

  #moved(move: Move): Written[] {
    switch (move.do) {
      case 'send':
        return [this.#turn({ kind: 'event', event: move.event }).turn];
      case 'answer':
        return this.#answer(nth(this.#works.filter(isOpen), move.work), move.answer);
      case 'answerLate':
        return this.#answerLate(nth(this.#works.filter(isOver), move.work), move.answer);
      case 'tell':
        return this.#tell(nth(this.#works.filter(isOpen), move.work), move.event);
      case 'tellLate':
        return this.#tell(nth(this.#works.filter(isOver), move.work), move.event);
      case 'wait':
        return this.#fireUntil(Math.min(...this.#due().map(({ dueMs }) => dueMs)));
      case 'waitFor':
        return this.#fireUntil(this.#nowMs + move.ms);
    }
  }

  #answer(work: Work | undefined, answer: Answer): Written[] {
    return work ? [this.#turn({ kind: 'result', command: work.row.id, outcome: outcomeOf(answer) }).turn] : [];
  }

  #answerLate(work: Work | undefined, answer: Answer): Written[] {
    if (!work) return [];
    const { turn, taken } = this.#turn({ kind: 'result', command: work.row.id, outcome: outcomeOf(answer) });
    if (taken !== 'dropped') throw new Error(`a late answer of ${work.name} was ${taken}`);
    return [turn];
  }

  #tell(work: Work | undefined, event: AnyEventObject): Written[] {
    return work ? [this.#turn({ kind: 'told', command: work.row.id, attempt: 1, event }).turn] : [];
  }

  #fireUntil(end: number): Written[] {
    const written: Written[] = [];
    if (!Number.isFinite(end)) return written;
    for (let next = this.#due()[0]; next && next.dueMs <= end; next = this.#due()[0]) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      written.push(this.#turn({ kind: 'timer', id: next.timer.id, token: next.timer.token }).turn);
    }
    this.#nowMs = end;
    return written;
  }

  #due(): Array<{ dueMs: number; timer: TimerRow }> {
    return [...this.#timers.values()]
      .map((timer) => ({ dueMs: timer.dueAt.getTime() - BIRTH, timer }))
      .sort((a, b) => a.dueMs - b.dueMs);
  }

  #load(): DurableMachine {
    const machine = this.one.build({ peer: () => actor('peer', 'p') });
    const { actors, actions } = machine.implementations;
    const definition: DurableMachine = { machine, version: 1, context: this.one.context, bornBy: 'event' };
    checkMachine(definition, {
      actors: new Set(Object.keys(actors)),
      actions: new Set([...Object.keys(actions), 'start']),
    });
    this.killed += 1;
    return definition;
  }

  #turn(cause: Cause): { turn: ActorTurn; taken: Taken } {
    const lost = this.#attempt(cause);
    const { turn, taken } = this.#attempt(cause);
    if (taken !== lost.taken || !isDeepStrictEqual(rowsOf(turn), rowsOf(lost.turn)))
      throw new Error(`turn ${turn.row.seq + 1} was another one when it was taken again`);
    if (taken === 'aside') throw new SetAside(turn.inbox[0]?.trouble ?? '');
    this.#write(turn);
    return { turn, taken };
  }

  assertReadable(): void {
    this.#opened();
  }

  #opened(): { knowledge: TurnKnowledge; turn: ActorTurn } {
    const definition = this.#load();
    const knowledge: TurnKnowledge = {
      vault,
      machines: new Map([[definition.machine.id, definition]]),
      transactional: new Map(),
      undoable: new Set(),
      holdsTimers: () => false,
    };
    const turn = openActor(knowledge, { ...this.#row });
    if (turn.barred) throw turn.barred;
    return { knowledge, turn };
  }

  #attempt(cause: Cause): { turn: ActorTurn; taken: Taken } {
    const { knowledge, turn } = this.#opened();
    const due = cause.kind === 'timer' ? this.#timers.get(cause.id) : undefined;
    if (due) {
      const event = eventFrom(this.#open(due.event));
      turn.due.set(due.id, { token: due.token, dueAt: due.dueAt, event, correlationId: null, trace: null });
    }
    const status = cause.kind === 'result' || cause.kind === 'told' ? this.#status(cause.command) : null;
    const envelope = { cause, source: 'test', correlationId: 'test' };
    return { turn, taken: take(knowledge, turn, envelope, BIRTH + this.#nowMs, status) };
  }

  #status(id: string) {
    const work = this.#works.find(({ row }) => row.id === id);
    if (!work) return null;
    const { name, childId, input } = work.row;
    return { id, name, childId, status: isOpen(work) ? 'running' : work.status, attempt: 1, input };
  }

  // What batch-writes.ts does to the tables, in the same order.
  #write(turn: ActorTurn): void {
    this.#checkWayBack(turn);
    this.#row.seq += turn.journal.length;
    if (turn.stored) this.#row.snapshot = JSON.stringify(turn.stored);
    for (const row of turn.commands.filter(({ kind }) => kind === 'invoke')) {
      const before = this.#works.filter((other) => other.row.childId === row.childId).length;
      this.#works.push({ name: `${row.childId}#${before}`, row, status: 'pending' });
    }
    for (const work of this.#works) if (turn.cancelled.includes(work.row.id) && isOpen(work)) work.status = 'cancelled';
    for (const { id, status } of turn.settled) {
      const work = this.#works.find(({ row }) => row.id === id);
      if (work) work.status = status;
    }
    if (turn.allTimersGone) this.#timers.clear();
    for (const id of turn.timersGone) this.#timers.delete(id);
    for (const [id, timer] of turn.timers) {
      this.#timers.delete(id);
      this.#timers.set(id, timer);
    }
  }

  // Every turn leads back to the snapshot before it.
  #checkWayBack({ stored, journal }: ActorTurn): void {
    const [entry, ...more] = journal;
    if (!stored || !entry || more.length > 0) return;
    const { back } = Payload.parse(JSON.parse(this.#open(entry.payload)));
    const before = this.#row.snapshot;
    if (!back || before === null) return;
    const found = JSON.stringify(StoredSnapshot.parse(applyStepBack(StoredSnapshot.parse(plain(stored)), back)));
    const expected = JSON.stringify(StoredSnapshot.parse(JSON.parse(before)));
    if (sorted(found) !== sorted(expected))
      throw new Error(`turn ${entry.seq} does not lead back: ${found} is not ${expected}`);
  }

  #open(sealed: Buffer): string {
    if (!this.#row.dataKey) throw new Error('the actor has a data key');
    return vault.open(this.#row.dataKey, sealed);
  }

  #seen(written: readonly Written[]): Seen {
    const stored = StoredSnapshot.parse(JSON.parse(this.#row.snapshot ?? 'null'));
    const commands = written.flatMap((turn) => turn.commands);
    const inputOf = ({ input }: CommandRow): unknown => JSON.parse(this.#open(input));
    return {
      value: stored.value,
      context: stored.context,
      status: stored.status,
      output: plain(stored.output),
      history: Object.fromEntries(
        Object.entries(stored.historyValue).map(([key, nodes]) => [key, nodes.map(({ id }) => id).sort()]),
      ),
      running: this.#works
        .filter(isOpen)
        .map(({ name }) => name)
        .sort(),
      timers: this.#due().map(({ dueMs }) => dueMs),
      began: commands
        .filter(({ kind }) => kind === 'invoke')
        .map((row) => ({ work: this.#works.find((work) => work.row.id === row.id)?.name ?? '', input: inputOf(row) })),
      did: commands.filter(({ kind }) => kind === 'action').map((row) => ({ name: row.name, params: inputOf(row) })),
      started: written.flatMap((turn) => turn.starts.map(({ start }) => plain(start))),
      sent: written.flatMap((turn) => turn.sends.map(({ event }) => event)),
      emitted: written.flatMap((turn) => turn.emitted),
      looked: this.one.look && this.one.look(restore(this.#load(), stored).snapshot),
    };
  }
}

/** What a turn would write. */
function rowsOf({ row: _, definition: __, live: ___, spans: ____, ...rows }: ActorTurn): object {
  return rows;
}

function isOpen({ status }: Work): boolean {
  return status === 'pending';
}

function isOver(work: Work): boolean {
  return !isOpen(work);
}

function outcomeOf(answer: Answer): Outcome {
  return answer;
}

// Keys in order: a value that was put back has another place in its object.
function sorted(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
