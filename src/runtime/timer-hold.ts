// Which process looks after a timer: near ones are held in memory by the process that set or loaded them.

/** Timers that are due within this time are held in memory (ms). */
export const HORIZON_MS = 60_000;
/** How late a held timer may be before another process takes it (ms). */
export const GRACE_MS = 10_000;

/**
 * Until when nobody else needs to look at a timer; all times in ms. Far timers are loaded when they come near.
 * @param holds whether this process holds timers: one that does not leaves even a near one to the others
 */
export function heldUntilOf(now: number, due: number, holds: boolean): Date {
  if (!isNear(now, due)) return new Date(due - HORIZON_MS);
  return new Date(holds ? Math.max(due, now) + GRACE_MS : now);
}

export function isNear(now: number, due: number): boolean {
  return due - now <= HORIZON_MS;
}
