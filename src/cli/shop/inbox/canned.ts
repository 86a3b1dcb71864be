// Ready answers that the staff of one shop share.
import { and, asc, eq } from 'drizzle-orm';
import { cannedAnswers } from '../../../../schema/desk.ts';
import type { CannedDesk } from '../../../web/deps.ts';
import type { Shop } from '../open-shop.ts';

/** More than anybody finds their way in. */
const KEPT_MAX = 500;

export function cannedDesk({ db }: Shop): CannedDesk {
  const is = (storeId: number, id: string) => and(eq(cannedAnswers.storeId, storeId), eq(cannedAnswers.id, id));
  return {
    async list(storeId) {
      const mine = eq(cannedAnswers.storeId, storeId);
      const rows = await db.select().from(cannedAnswers).where(mine).orderBy(asc(cannedAnswers.title)).limit(KEPT_MAX);
      return rows.map(({ id, title, body: text, updatedAt }) => ({
        id,
        title,
        text,
        updatedAt: updatedAt.toISOString(),
      }));
    },
    async put(storeId, id, { title, text }, staffId) {
      const updatedAt = new Date();
      const row = { title, body: text, updatedBy: staffId, updatedAt };
      if ((await db.$count(cannedAnswers, eq(cannedAnswers.storeId, storeId))) >= KEPT_MAX) {
        const known = await db.update(cannedAnswers).set(row).where(is(storeId, id)).returning();
        if (known.length === 0) return null;
      }
      await db
        .insert(cannedAnswers)
        .values({ storeId, id, ...row })
        .onConflictDoUpdate({ target: [cannedAnswers.storeId, cannedAnswers.id], set: row });
      return { id, title, text, updatedAt: updatedAt.toISOString() };
    },
    async remove(storeId, id) {
      return (await db.delete(cannedAnswers).where(is(storeId, id)).returning()).length === 1;
    },
  };
}
