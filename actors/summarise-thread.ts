/**
 * Keeps what to remember of a conversation that fell silent, for the next time.
 * Safe to run twice: a thread is summarised once.
 */
import { z } from 'zod';
import { defineActor } from './define.ts';

export const summariseThread = defineActor({
  input: z.object({ threadId: z.uuid() }),
  output: z.object({}),
  retry: { attemptsMax: 3, backoffMs: 5000, timeoutMs: 60_000 },
  run: async ({ threadId }, { brain, storeId, actor, dataKey, signal }) => {
    await brain.summarise({ threadId, storeId, actorKey: actor.key, dataKey }, signal);
    return {};
  },
});
