/**
 * Reads what a customer wrote and proposes one act with the words before it. It decides nothing: the chart does.
 * Its first attempt may begin the answer before all of it is known. Safe to run twice: a second run knows what was said, and goes on
 * from there. Stopped when the customer writes on.
 */
import { ComposeInput, ReplyOutput } from '../schema/acts.ts';
import { defineActor } from './define.ts';

export const composeReply = defineActor({
  input: ComposeInput,
  output: ReplyOutput,
  retry: { attemptsMax: 3, backoffMs: 500, backoffMaxMs: 4000, timeoutMs: 45_000 },
  run: (input, { brain, storeId, actor, dataKey, signal, commandId, attempt, tell }) =>
    brain.reply({ ...input, storeId, actorKey: actor.key, dataKey }, signal, { commandId, attempt, tell }),
});
