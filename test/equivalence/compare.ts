// Runs one script on both actors and names the first step after which they differ.
import { isDeepStrictEqual } from 'node:util';
import type { Case, Move, Seen } from './actor-script.ts';
import { plain } from './actor-script.ts';
import { durableActor, SetAside } from './durable-actor.ts';
import { memoryActor } from './memory-actor.ts';

/** Where the two went apart; `step` 0 is the birth. */
export type Difference = { step: number; move: Move | null; memory: unknown; durable: unknown };

/** `end`: the script's, or what ended the comparison before: both gave a step up, or XState went astray. */
export type Compared = {
  steps: number;
  killed: number;
  seen: Seen[];
  end: 'script' | 'failed' | 'astray' | 'order';
  difference: Difference | null;
  /** Why the durable actor gave its last step up, if it did. */
  trouble: string | null;
};

export async function compare(one: Case, script: readonly Move[], input?: unknown): Promise<Compared> {
  const memory = memoryActor(one, input);
  const durable = durableActor(one, input);
  const seen: Seen[] = [];
  let trouble: string | null = null;
  const end = (steps: number, end: Compared['end'], difference: Difference | null = null): Compared => {
    return { steps, killed: durable.killed, seen, end, difference, trouble };
  };
  for (const [step, move] of [null, ...script].entries()) {
    const measured = move === null ? await memory.born() : await memory.move(move);
    const found = await (move === null ? durable.born() : durable.move(move)).catch(asided);
    if (typeof found === 'string') trouble = found;
    if (typeof found === 'string' && measured.status === 'error') return end(step, 'failed');
    if (memory.astray()) {
      durable.assertReadable();
      return end(step, 'astray');
    }
    const [left, right] = [plain(measured), plain(found)];
    if (typeof found === 'string' || !isDeepStrictEqual(left, right)) {
      if (memory.turnedOnOrder()) return end(step, 'order');
      return end(step, 'script', { step, move, memory: left, durable: right });
    }
    seen.push(found);
  }
  return end(script.length, 'script');
}

function asided(error: unknown): string {
  if (error instanceof SetAside) return error.message;
  throw error;
}
