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

export const Health = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unhealthy']),
    version: z.string(),
    timestamp: Timestamp,
    checks: Checks,
  })
  .openapi('Health');
