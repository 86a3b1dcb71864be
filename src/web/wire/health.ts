// Wire format of the health endpoints.
import { z } from '@hono/zod-openapi';
import { Timestamp } from './common.ts';

/** `up`, `down`, or `off` where the part is not configured. */
export const CheckState = z.enum(['up', 'down', 'off']);
export type CheckState = z.infer<typeof CheckState>;

export const Checks = z.object({
  database: CheckState,
  queue: CheckState,
  sms: CheckState,
  square: CheckState,
  ai: CheckState,
  /** Down when no book source answers. */
  books: CheckState,
});
export type Checks = z.infer<typeof Checks>;

/** As last known: while one is `open`, the service is not asked, since it failed too often. */
export const Breakers = z.record(z.string(), z.enum(['open', 'closed']));
export type Breakers = z.infer<typeof Breakers>;

export const Health = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    version: z.string(),
    timestamp: Timestamp,
    checks: Checks,
    breakers: Breakers,
  })
  .openapi('Health');
export type Health = z.infer<typeof Health>;
