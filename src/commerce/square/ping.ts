// Whether Square answers for our location: asked at most every few seconds, however often somebody looks.
import { z } from 'zod';
import type { SquareDesk } from './client.ts';

const FRESH_MS = 15_000;
const ActiveLocation = z.object({ location: z.object({ status: z.literal('ACTIVE') }) });

export type PingOptions = { square: SquareDesk; locationId: string; now: () => number };

/** The answer rejects while Square is down, is left alone, or does not let us in. */
export function createPing({ square, locationId, now }: PingOptions): () => Promise<void> {
  let last: { atMs: number; answer: Promise<void> } | null = null;
  const ask = async () => {
    await square.ask(ActiveLocation, (api, call) => api.locations.get({ locationId }, call));
  };
  return () => {
    if (last === null || now() - last.atMs >= FRESH_MS) last = { atMs: now(), answer: ask() };
    return last.answer;
  };
}
