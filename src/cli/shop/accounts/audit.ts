// What staff did, kept for good: who, what, to what, when. Nothing that anybody said or wrote.
import type pg from 'pg';
import { z } from 'zod';
import { uuidAt } from '../../../runtime/ids.ts';
import type { Act, AuditDesk } from '../../../web/deps.ts';
import { BadCursor } from '../../../web/deps.ts';

const Row = z.object({
  id: z.string(),
  staff_id: z.string(),
  name: z.string().nullable(),
  act: z.string(),
  target: z.string().nullable(),
  status: z.number(),
  correlation_id: z.string(),
  at: z.date(),
});

export function createAudit(pool: pg.Pool): AuditDesk {
  return {
    async keep({ storeId, staffId, act, target, status, correlationId, at }: Act) {
      await pool.query(
        `INSERT INTO staff_audit (store_id, id, staff_id, act, target, status, correlation_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [storeId, uuidAt(at.getTime()), staffId, act, target, status, correlationId, at],
      );
    },
    async list({ storeId, staff, act, cursor, limit }) {
      if (cursor !== undefined && !z.uuid().safeParse(cursor).success) throw new BadCursor('not a cursor of this list');
      const { rows } = await pool.query(
        `SELECT a.id, a.staff_id, f.name, a.act, a.target, a.status, a.correlation_id, a.at
         FROM staff_audit a LEFT JOIN staff f ON f.id::text = a.staff_id
         WHERE a.store_id = $1 AND ($2::text IS NULL OR a.staff_id = $2) AND ($3::text IS NULL OR a.act = $3)
           AND ($4::uuid IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5`,
        [storeId, staff ?? null, act ?? null, cursor ?? null, limit + 1],
      );
      const items = rows.slice(0, limit).map((raw) => {
        const {
          id,
          staff_id: who,
          name,
          act: done,
          target,
          status,
          correlation_id: correlationId,
          at,
        } = Row.parse(raw);
        const by = { id: who, name: name ?? who };
        return { id, at: at.toISOString(), staff: by, act: done, target, status, correlationId };
      });
      return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}
