// Wire format of the synthetic customer's own endpoint.
import { z } from '@hono/zod-openapi';
import { Phone } from './common.ts';

/** `to` is the shop's number. `look` says how it went so far; `forget` says so and leaves nothing of the probe. */
export const ProbeRequest = z.object({ act: z.enum(['look', 'forget']), to: Phone }).openapi('ProbeRequest');
export type ProbeRequest = z.infer<typeof ProbeRequest>;

/** `answeredMs`: from the first text to the first bubble of an answer that was handed over; null while there is none. */
export const ProbeState = z
  .object({ texts: z.int(), bubbles: z.int(), answeredMs: z.int().nullable() })
  .openapi('ProbeState');
export type ProbeState = z.infer<typeof ProbeState>;
