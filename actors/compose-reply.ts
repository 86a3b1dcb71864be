/**
 * Reads what a customer wrote and proposes one act with the words before it. It decides nothing: the chart does.
 * Safe to run twice: it sends nothing; a second run only thinks again. Stopped when the customer writes on.
 */
import { ComposeInput, ReplyOutput } from '../schema/acts.ts';
import { defineActor } from './define.ts';

export const composeReply = defineActor({
  input: ComposeInput,
  output: ReplyOutput,
  retry: { attemptsMax: 3, backoffMs: 500, backoffMaxMs: 4000, timeoutMs: 45_000 },
  run: (input, { brain, storeId, actor, dataKey, signal }) =>
    brain.reply({ ...input, storeId, actorKey: actor.key, dataKey }, signal),
});
