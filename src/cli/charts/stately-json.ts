// A statechart as Stately's own JSON of machines puts it (github.com/statelyai/schema, April 2026): XState's configuration in
// its long form, each transition, action, guard and invocation an object, in lists. XState reads it as it reads the short one.
import { z } from 'zod';
import type { AnyStateMachine } from 'xstate';

const Named = z.union([z.string().transform((type) => ({ type })), z.looseObject({ type: z.string() })]);
const Actions = listOf(Named);

const Transition = z.union([
  z.string().transform((target) => ({ target })),
  z.looseObject({ guard: Named.optional(), actions: Actions.optional() }),
]);
const Transitions = listOf(Transition);
const ByName = z.record(z.string(), Transitions);

const Invocation = z.looseObject({
  onDone: Transitions.optional(),
  onError: Transitions.optional(),
  onSnapshot: Transitions.optional(),
});

const State = z.looseObject({
  entry: Actions.optional(),
  exit: Actions.optional(),
  on: ByName.optional(),
  after: ByName.optional(),
  always: Transitions.optional(),
  onDone: Transitions.optional(),
  invoke: listOf(Invocation).optional(),
  tags: listOf(z.string()).optional(),
  get states() {
    return z.record(z.string(), State).optional();
  },
});

/** The machine's definition, without code: what JSON cannot hold (functions) is left out. */
export function statelyJson({ id, config }: AnyStateMachine): Record<string, unknown> {
  return { key: id, ...State.parse(JSON.parse(JSON.stringify(config))) };
}

function listOf<Item extends z.ZodType>(item: Item) {
  return z.union([z.array(item), item.transform((one) => [one])]);
}
