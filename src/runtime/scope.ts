// The actors that XState's own stepping and restoring ask for and that nobody starts: one scope for all snapshots of a machine,
// and placeholders for their children.
import { createActor } from 'xstate';
import type { AnyActor, AnyActorRef, AnyStateMachine } from 'xstate';

type Scope = Parameters<AnyStateMachine['restoreSnapshot']>[1];
const scopes = new WeakMap<AnyStateMachine, Scope>();
const placeholders = new WeakMap<AnyStateMachine, Map<string, AnyActorRef>>();

/** `spawnChild` can give each child an id of its own: of those, the first are remembered and the others made anew. */
const PLACEHOLDERS_MAX = 256;

/** Restoring only asks who the placeholders' parent is; one actor that is never started serves all snapshots of a machine. */
export function scopeOf(machine: AnyStateMachine): Scope {
  const known = scopes.get(machine);
  if (known) return known;
  const self: AnyActor = createActor(machine);
  const nothing = () => undefined;
  const scope: Scope = {
    self,
    system: self.system,
    id: self.id,
    sessionId: self.sessionId,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor: nothing,
  };
  scopes.set(machine, scope);
  return scope;
}

/** What a restored snapshot has for a running child: only its id is ever asked for, by the effect that stops it. */
export function placeholderOf(machine: AnyStateMachine, id: string, src: string): AnyActorRef {
  const known = placeholders.get(machine) ?? new Map<string, AnyActorRef>();
  placeholders.set(machine, known);
  const name = `${src.length} ${src} ${id}`; // two pairs never make one name
  const placeholder = known.get(name) ?? createPlaceholder(machine, id, src);
  if (known.size < PLACEHOLDERS_MAX) known.set(name, placeholder);
  return placeholder;
}

function createPlaceholder(machine: AnyStateMachine, id: string, src: string): AnyActorRef {
  const logic = machine.implementations.actors[src];
  if (!logic) throw new Error(`there is no actor "${src}"`);
  const snapshot = { status: 'active', output: undefined, error: undefined } as const;
  return createActor('src' in logic ? logic.src : logic, { id, src, snapshot, parent: scopeOf(machine).self });
}
