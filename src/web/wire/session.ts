// Wire formats of logging in. A password comes in here and goes out nowhere.
import { z } from '@hono/zod-openapi';
import { Timestamp } from './common.ts';

/** `staff` does the work of the shop; `admin` may also read the audit, throw trouble away and change the catalogue at large. */
export const Role = z.enum(['staff', 'admin']).openapi('Role');
export type Role = z.infer<typeof Role>;

/** An e-mail address names an account; case does not matter. */
export const Email = z
  .string()
  .max(254)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email())
  .openapi({ type: 'string', format: 'email', example: 'merlin@example.com' });

/** `POST /api/session`. */
export const Login = z.object({ email: Email, password: z.string().min(1).max(1024) }).openapi('Login');

/** `GET /api/session`: who is logged in, and which shops `?store=` may name; the first is the one meant without it. */
export const SessionInfo = z
  .object({
    staff: z.object({ id: z.string(), email: z.string().nullable(), name: z.string(), role: Role }),
    stores: z.array(z.object({ slug: z.string(), name: z.string(), timezone: z.string() })),
    /** When the session ends at the latest; null for a token. */
    expiresAt: Timestamp.nullable(),
  })
  .openapi('Session');
export type SessionInfo = z.infer<typeof SessionInfo>;
