// The actor scope that XState's own stepping and restoring ask for: one for all snapshots of a machine.
import { createActor } from 'xstate';
import type { AnyActor, AnyStateMachine } from 'xstate';

type Scope = Parameters<AnyStateMachine['restoreSnapshot']>[1];
const scopes = new WeakMap<AnyStateMachine, Scope>();

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
