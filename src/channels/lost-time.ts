// The time between a backup and its restore: what was said then our tables do not know, and news of it is learnt once more. Pure.
import type { Message } from '../../schema/messages.ts';

/** Milliseconds since 1970 (UTC): of the backup, and of the restore. */
export type LostTime = { fromMs: number; untilMs: number };

/** By then all that happened has been learnt again (ms). */
const LEARNT_AFTER_MS = 24 * 60 * 60_000;

/** Null where the store never came back from a backup. */
export function lostBetween(backupAt: Date | null, restoredAt: Date | null): LostTime | null {
  return backupAt && restoredAt && { fromMs: backupAt.getTime(), untilMs: restoredAt.getTime() };
}

/** Whether it was queued before the restore, which put it to `sending`: no process of now has begun to send it. */
export function wasQueuedBefore(lost: LostTime | null, { at, status }: Pick<Message, 'at' | 'status'>): boolean {
  return lost !== null && status === 'sending' && at.getTime() < lost.untilMs;
}

/** When the phone was heard last, and when its newest order was placed; null: never. */
export type Known = { heardAt: Date | null; orderedAt: Date | null };

/**
 * Whether a bubble may say what the phone heard in the lost time. News of orders from before the backup may; of all else what answers
 * no text that came since. What the law asks for, and what staff write, is always said. Which order a bubble is about it does not
 * say: with an order placed since, news counts as that one's, and may be heard twice rather than never.
 */
export function mayRepeat(
  lost: LostTime | null,
  { heardAt, orderedAt }: Known,
  bubble: Pick<Message, 'status' | 'at' | 'exempt' | 'by' | 'line'>,
): boolean {
  if (!lost || bubble.status !== 'queued' || bubble.exempt || bubble.by === 'staff') return false;
  const ageMs = bubble.at.getTime() - lost.untilMs;
  if (ageMs < 0 || ageMs > LEARNT_AFTER_MS) return false;
  const isOldNews = bubble.line?.startsWith('order.') && orderedAt !== null && orderedAt.getTime() <= lost.fromMs;
  return isOldNews === true || (heardAt?.getTime() ?? 0) <= lost.untilMs;
}
