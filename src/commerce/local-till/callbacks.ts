// Calls the shop back about payments, as providers do: signed, and again until it says 2xx. What is owed is in
// `till_events`, so a crash loses no callback; several processes share the work.
import { and, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import { tillEvents } from '../../../schema/commerce.ts';
import type { Db } from '../db.ts';
import { signTillEvent, TILL_SIGNATURE } from '../till-event.ts';

const BATCH = 20;
const TIMEOUT_MS = 10_000;
/** The wait after the first failure; it doubles up to `RETRY_MAX_MS`, and after `ATTEMPTS_MAX` the shop has to ask. */
const RETRY_MS = 1_000;
const RETRY_MAX_MS = 60_000;
const ATTEMPTS_MAX = 1_500;

export type CallbackOptions = {
  db: Db;
  now: () => number;
  /** Delivers one body; false or a throw means: call again. */
  call: (body: string) => Promise<boolean>;
};

const Due = z.object({ store_id: z.int(), id: z.uuid(), body: z.string(), copies: z.int() });
type Due = z.infer<typeof Due>;

/** Delivers what is due. @returns how many callbacks were tried */
export async function deliverDue(options: CallbackOptions): Promise<number> {
  const due = await claim(options.db, new Date(options.now()));
  await Promise.all(due.map((event) => deliver(options, event)));
  return due.length;
}

/** What is claimed comes due again by itself: a process that dies here has only put it off. */
async function claim(db: Db, now: Date): Promise<Due[]> {
  const claimed = await db.execute(sql`
    update till_events set
      attempts = attempts + 1,
      due_at = ${now.toISOString()}::timestamptz
        + least(${RETRY_MAX_MS}, ${RETRY_MS} * power(2, least(attempts, 10))) * interval '1 millisecond'
    where (store_id, id) in (
      select store_id, id from till_events
      where delivered_at is null and due_at <= ${now.toISOString()}::timestamptz and attempts < ${ATTEMPTS_MAX}
      order by due_at limit ${BATCH} for update skip locked)
    returning store_id, id, body, copies`);
  return z.array(Due).parse(claimed.rows);
}

async function deliver({ db, now, call }: CallbackOptions, event: Due): Promise<void> {
  if (!(await call(event.body).catch(() => false))) return;
  await db
    .update(tillEvents)
    .set({ copies: event.copies - 1, deliveredAt: event.copies > 1 ? null : new Date(now()) })
    .where(and(eq(tillEvents.storeId, event.store_id), eq(tillEvents.id, event.id)));
}

/** `url` is the registered one and part of the signature; `callUrl` is where this process can reach it. */
export type CallerOptions = { url: string; callUrl?: string; secret: string; fetch: typeof fetch };

export function createCaller({ url, callUrl = url, secret, fetch }: CallerOptions): CallbackOptions['call'] {
  return async (rawBody) => {
    const response = await fetch(callUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [TILL_SIGNATURE]: signTillEvent({ url, rawBody, secret }) },
      body: rawBody,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok;
  };
}

export type Callbacks = {
  /** Looks now, instead of at the next tick. */
  nudge: () => void;
  /** Resolves when what is under way is done. */
  stop: () => Promise<void>;
};

/** Delivers for as long as the process serves. @param everyMs how often to look for what came due */
export function startCallbacks(
  options: CallbackOptions & { everyMs: number; onError: (error: unknown) => void },
): Callbacks {
  let running: Promise<unknown> = Promise.resolve();
  const look = () => {
    running = running.then(() => deliverDue(options)).catch(options.onError);
  };
  const timer = setInterval(look, options.everyMs);
  timer.unref();
  const stop = async () => {
    clearInterval(timer);
    await running;
  };
  return { nudge: look, stop };
}
