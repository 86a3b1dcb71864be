// The bubbles of one phone as a queue in Postgres: one sender at a time, rows leave in the order they were said.
// The right to send is given up only under the thread's lock and after looking again, so no bubble is left behind.
import { and, asc, desc, eq, inArray, isNotNull, isNull, like, lte, or, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { messages, threads } from '../../schema/messages.ts';
import type { Message, MessageReason } from '../../schema/messages.ts';

/** A sender renews its right with every bubble; a dead one blocks its phone for this long at most, in milliseconds. */
export const LEASE_MS = 60_000;
/** More bubbles than one minute of one phone can hold. */
const KNOWN_MAX = 200;

/** Which phone, and who sends: a command and its attempt. */
export type Sender = { storeId: number; actorKey: string; commandId: string; attempt: number };

export type Thread = Pick<typeof threads.$inferSelect, 'optedOut' | 'heardSeq' | 'heardAt' | 'channel' | 'rich'>;

/** What a bubble became. */
export type Outcome =
  | { status: 'sent' | 'delivered'; providerId: string }
  | { status: 'failed' | 'unknown' | 'dropped'; reason?: MessageReason };

const UNSENT: Message['status'][] = ['queued', 'sending'];

/**
 * Takes the right to send, or answers false where another command holds it.
 * A later attempt of the same command takes over from the one that died.
 */
export async function takeLease(db: NodePgDatabase, sender: Sender, nowMs: number): Promise<boolean> {
  if (await takeFreeLease(db, sender, nowMs)) return true;
  // Not free as far as one statement can see; but whoever is about to give it up may not look again.
  return db.transaction(async (tx) => {
    await lockThread(tx, sender);
    return takeFreeLease(tx, sender, nowMs);
  });
}

async function takeFreeLease(db: NodePgDatabase, sender: Sender, nowMs: number): Promise<boolean> {
  const isFree = or(
    isNull(threads.leaseOwner),
    lte(threads.leaseUntil, new Date(nowMs)),
    and(
      like(threads.leaseOwner, `${sender.commandId}/%`),
      lte(sql`split_part(${threads.leaseOwner}, '/', 2)::int`, sender.attempt), // never from a newer attempt
    ),
  );
  const { rowCount } = await db
    .update(threads)
    .set({ leaseOwner: ownerOf(sender), leaseUntil: new Date(nowMs + LEASE_MS) })
    .where(and(threadOf(sender), isFree));
  return rowCount === 1;
}

/** Renews the right and reads the thread as it stands now; null when the right was lost. */
export async function renewLease(db: NodePgDatabase, sender: Sender, nowMs: number): Promise<Thread | null> {
  const [thread] = await db
    .update(threads)
    .set({ leaseUntil: new Date(nowMs + LEASE_MS) })
    .where(and(threadOf(sender), eq(threads.leaseOwner, ownerOf(sender))))
    .returning({
      optedOut: threads.optedOut,
      heardSeq: threads.heardSeq,
      heardAt: threads.heardAt,
      channel: threads.channel,
      rich: threads.rich,
    });
  return thread ?? null;
}

/**
 * The oldest unsent bubbles that need not wait for their reader to wake, by turn and place: clocks of two processes may
 * differ, the numbers of turns do not.
 */
export function unsent(db: NodePgDatabase, sender: Sender, limit: number, nowMs: number): Promise<Message[]> {
  const mayLeave = or(isNull(messages.notBefore), lte(messages.notBefore, new Date(nowMs)));
  return db
    .select()
    .from(messages)
    .where(and(messagesOf(sender), inArray(messages.status, UNSENT), mayLeave))
    .orderBy(asc(messages.seq), asc(messages.position))
    .limit(limit);
}

/** The ids under which the provider has the newest bubbles of this phone. */
export async function knownProviderIds(db: NodePgDatabase, sender: Sender): Promise<Set<string>> {
  const rows = await db
    .select({ id: messages.providerId })
    .from(messages)
    .where(and(messagesOf(sender), eq(messages.direction, 'outbound'), isNotNull(messages.providerId)))
    .orderBy(desc(messages.id))
    .limit(KNOWN_MAX);
  return new Set(rows.flatMap(({ id }) => id ?? []));
}

/**
 * The last thing before it leaves. False where the right to send was lost, somebody else has dealt with it, or its reader has said
 * something since the gate looked at `thread`: then nothing leaves, and whoever has the right looks again.
 */
export async function markSending(
  db: NodePgDatabase,
  sender: Sender,
  { optedOut, heardSeq }: Thread,
  bubble: Message,
  channel: string,
  nowMs: number,
): Promise<boolean> {
  const asSeen = and(eq(threads.optedOut, optedOut), eq(threads.heardSeq, heardSeq));
  const { rowCount } = await db
    .update(messages)
    .set({ status: 'sending', channel, updatedAt: new Date(nowMs) })
    .from(threads)
    .where(and(unsentAndMine(sender, bubble), asSeen));
  return rowCount === 1;
}

/**
 * Writes down what became of a bubble; a receipt that overtook us knows better, and its status stays. That it did not leave is for
 * the one to say who has the right to send.
 */
export async function settle(
  db: NodePgDatabase,
  sender: Sender,
  bubble: Message,
  outcome: Outcome,
  nowMs: number,
): Promise<void> {
  if (outcome.status !== 'sent' && outcome.status !== 'delivered') {
    const written = { ...outcome, updatedAt: new Date(nowMs) };
    await db.update(messages).set(written).from(threads).where(unsentAndMine(sender, bubble));
    return;
  }
  const status = sql`case when ${messages.status} in ('delivered', 'read', 'failed') then ${messages.status} else ${outcome.status} end`;
  await db
    .update(messages)
    .set({ ...outcome, status, updatedAt: new Date(nowMs) })
    .where(rowOf(bubble));
}

/** Leaves it in the queue until its reader wakes; others may go before it. */
export async function postpone(
  db: NodePgDatabase,
  sender: Sender,
  bubble: Message,
  wakesMs: number,
  nowMs: number,
): Promise<void> {
  await db
    .update(messages)
    .set({ notBefore: new Date(wakesMs), updatedAt: new Date(nowMs) })
    .from(threads)
    .where(unsentAndMine(sender, bubble));
}

/** When the first of the bubbles that wait for their reader to wake may leave; null where none waits. */
export async function nextWaking(db: NodePgDatabase, sender: Sender): Promise<number | null> {
  const [next] = await db
    .select({ notBefore: messages.notBefore })
    .from(messages)
    .where(and(messagesOf(sender), inArray(messages.status, UNSENT), isNotNull(messages.notBefore)))
    .orderBy(asc(messages.notBefore))
    .limit(1);
  return next?.notBefore?.getTime() ?? null;
}

/** Back into the queue: the provider surely did not take it from this sender. */
export async function requeue(db: NodePgDatabase, sender: Sender, bubble: Message, nowMs: number): Promise<void> {
  await db
    .update(messages)
    .set({ status: 'queued', updatedAt: new Date(nowMs) })
    .from(threads)
    .where(unsentAndMine(sender, bubble));
}

/** Gives the right back when nothing is left to send; false when there is more (or the right was lost). */
export function releaseWhenEmpty(db: NodePgDatabase, sender: Sender, nowMs: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockThread(tx, sender);
    // A second statement: in READ COMMITTED only it sees what was committed while we waited for the lock.
    if ((await unsent(tx, sender, 1, nowMs)).length > 0) return false;
    await releaseLease(tx, sender);
    return true;
  });
}

/** Gives the right back whatever is left, so that the next attempt or another command can go on. */
export async function releaseLease(db: NodePgDatabase, sender: Sender): Promise<void> {
  await db
    .update(threads)
    .set({ leaseOwner: null, leaseUntil: null })
    .where(and(threadOf(sender), eq(threads.leaseOwner, ownerOf(sender))));
}

/** Why a bubble that the gate stopped did not leave. One that was already `sending` may have. */
export function stopped(bubble: Message, reason: MessageReason): Outcome {
  return { status: bubble.status === 'sending' ? 'unknown' : 'dropped', reason };
}

async function lockThread(tx: NodePgDatabase, sender: Sender): Promise<void> {
  await tx.select({ seq: threads.heardSeq }).from(threads).where(threadOf(sender)).for('no key update');
}

function ownerOf(sender: Sender): string {
  return `${sender.commandId}/${sender.attempt}`;
}

function threadOf(sender: Sender) {
  return and(eq(threads.storeId, sender.storeId), eq(threads.actorKey, sender.actorKey));
}

function messagesOf(sender: Sender) {
  return and(eq(messages.storeId, sender.storeId), eq(messages.actorKey, sender.actorKey));
}

// Of a statement that joins the thread: a sender that stood still must not undo what its successor did.
function unsentAndMine(sender: Sender, bubble: Message) {
  const isMine = and(threadOf(sender), eq(threads.leaseOwner, ownerOf(sender)));
  return and(rowOf(bubble), inArray(messages.status, UNSENT), isMine);
}

function rowOf(bubble: Message) {
  return and(eq(messages.storeId, bubble.storeId), eq(messages.id, bubble.id));
}
