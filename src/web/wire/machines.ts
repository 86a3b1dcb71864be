// Wire formats of the statecharts, and of how actors fare in them.
import { z } from '@hono/zod-openapi';
import { pageOf, StoreSlug, Timestamp } from './common.ts';

/** How many actors stand in each state; states as dotted paths, `conversation.payment.awaiting`. */
export const MachineSummary = z
  .object({ id: z.string(), version: z.int(), counts: z.record(z.string(), z.int()) })
  .openapi('MachineSummary');
export type MachineSummary = z.infer<typeof MachineSummary>;
/** `GET /api/machines/{id}`: with the chart as Stately Studio opens it. */
export const MachineDetail = MachineSummary.extend({ definition: z.unknown() }).openapi('Machine');
export type MachineDetail = z.infer<typeof MachineDetail>;
export const MachineList = pageOf(MachineSummary);

export const StateStats = z
  .object({
    /** A leaf state's dotted path. */
    state: z.string(),
    standing: z.int(),
    entered: z.int(),
    /** How long they stayed, seconds; null while nobody has left. */
    dwellP50: z.number().nullable(),
    dwellP95: z.number().nullable(),
    /** Where they left to, most frequent first. */
    leftTo: z.array(z.object({ state: z.string(), times: z.int(), event: z.string() })),
  })
  .openapi('StateStats');
export type StateStats = z.infer<typeof StateStats>;

/** `GET /api/machines/{id}/stats`, from the journal of the last `days` days; the same answer for a minute. */
export const MachineStats = z
  .object({
    id: z.string(),
    days: z.int(),
    /** Turns that were read; `sampled` where there were more than that. */
    turns: z.int(),
    sampled: z.boolean(),
    at: Timestamp,
    states: z.array(StateStats),
    versions: z.array(z.object({ version: z.int(), actors: z.int() })),
  })
  .openapi('MachineStats');
export type MachineStats = z.infer<typeof MachineStats>;

export const MachineStatsQuery = z.object({
  days: z.coerce.number().int().min(1).max(31).default(7),
  store: StoreSlug,
});
