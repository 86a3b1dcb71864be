// Where a chart stands, as XState sees it: the same for every actor that stands there, and read from the chart once.
import type { AnyMachineSnapshot, AnyStateMachine, Snapshot } from 'xstate';
import { scopeOf } from './scope.ts';
import { isSame } from './snapshot.ts';
import type { StoredSnapshot } from './snapshot.ts';

type Position = Pick<StoredSnapshot, 'value' | 'historyValue'>;

const positions = new WeakMap<AnyStateMachine, Map<string, Readonly<AnyMachineSnapshot>>>();
/** Parallel regions and remembered states multiply; the first are kept, the others made anew. */
const POSITIONS_MAX = 1024;

/** An active snapshot without context and children. @throws Error where the machine has no such states */
export function positionOf(machine: AnyStateMachine, { value, historyValue }: Position): Readonly<AnyMachineSnapshot> {
  const known = positions.get(machine) ?? new Map<string, Readonly<AnyMachineSnapshot>>();
  positions.set(machine, known);
  const key = JSON.stringify([value, historyValue]);
  const found = known.get(key);
  if (found) return found;
  const position = Object.freeze(readPosition(machine, { value, historyValue }));
  if (known.size < POSITIONS_MAX) known.set(key, position);
  return position;
}

function readPosition(machine: AnyStateMachine, { value, historyValue }: Position): AnyMachineSnapshot {
  const parts = { value, historyValue, context: {}, children: {}, error: undefined, output: undefined };
  const persisted: Snapshot<unknown> = { ...parts, status: 'active' };
  const snapshot: AnyMachineSnapshot = machine.restoreSnapshot(persisted, scopeOf(machine));
  const remembered = (history: Position['historyValue']) => Object.values(history).flat().length;
  if (remembered(snapshot.historyValue) !== remembered(historyValue)) throw new Error('a remembered state is gone');
  if (!isSame(snapshot.value, value)) throw new Error(`it came back as ${JSON.stringify(snapshot.value)}`);
  return snapshot;
}
