// Between a live snapshot and its stored form, checked both ways. Pure.
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { RuntimeError } from './errors.ts';
import { oddPartOf } from './json.ts';
import type { DurableMachine } from './machine.ts';
import { positionOf } from './position.ts';
import { placeholderOf } from './scope.ts';
import type { LiveSnapshot, StoredSnapshot } from './snapshot.ts';

/** The snapshot as JSON that is safe to store. @throws RuntimeError `step_failed` when the context is not what its schema says */
export function persist(definition: DurableMachine, live: LiveSnapshot): StoredSnapshot {
  const { value, status, output, context, historyValue } = live.snapshot;
  const checked = definition.context.safeParse(context);
  if (!checked.success) {
    const at = checked.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new RuntimeError(
      'step_failed',
      `machine "${definition.machine.id}" left a context that breaks its schema at ${at}`,
    );
  }
  const odd = oddPartOf(context);
  if (odd !== null)
    throw new RuntimeError(
      'step_failed',
      `machine "${definition.machine.id}" left a context that is not JSON at ${odd}`,
    );
  return {
    value,
    context,
    status: status === 'done' ? 'done' : 'active',
    ...(output === undefined ? {} : { output }),
    historyValue: historyIds(historyValue),
    children: status === 'done' ? {} : live.children,
  };
}

/** @throws RuntimeError `unreadable` when this build's machine has no such state, context or child */
export function restore(definition: DurableMachine, stored: StoredSnapshot): LiveSnapshot {
  const { machine } = definition;
  const context = definition.context.safeParse(stored.context);
  if (!context.success)
    throw unreadable(machine, `context breaks its schema at ${String(context.error.issues[0]?.path.join('.'))}`);
  for (const { src } of Object.values(stored.children)) {
    if (!machine.implementations.actors[src]) throw unreadable(machine, `child "${src}" is unknown`);
  }
  return { snapshot: revive(machine, stored), children: stored.children };
}

function revive(machine: AnyStateMachine, stored: StoredSnapshot): AnyMachineSnapshot {
  const { value, historyValue, status, output, context } = stored;
  const children = Object.fromEntries(
    Object.entries(stored.children).map(([id, { src }]) => [id, placeholderOf(machine, id, src)]),
  );
  try {
    // Context and children are put in last: XState would look through all of them for actors.
    return Object.assign({}, positionOf(machine, { value, historyValue }), {
      status,
      output,
      context: { ...context },
      children,
    });
  } catch (cause) {
    throw unreadable(machine, `state ${JSON.stringify(value)} does not exist, or comes back as another`, cause);
  }
}

function historyIds(historyValue: AnyMachineSnapshot['historyValue']): StoredSnapshot['historyValue'] {
  return Object.fromEntries(Object.entries(historyValue).map(([key, nodes]) => [key, nodes.map(({ id }) => ({ id }))]));
}

function unreadable(machine: AnyStateMachine, what: string, cause?: unknown): RuntimeError {
  return new RuntimeError('unreadable', `machine "${machine.id}": stored ${what}`, { cause });
}
