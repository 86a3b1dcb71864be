// Faults for the simulation to find: each is one that a careful reader might miss, and none names a test of its own. They are looked for
// in worlds that know nothing of them (hunt.ts), in the form of `npm run mutants SIM`.
import type { Fault, Patch } from './mutants.ts';

const R = 'src/runtime';

/** `seed`: of the world that showed it last. A change of the charts leads that world another way; those after it are looked at then. */
export type Planted = Fault & { seed: number };

const FAULTS: ReadonlyArray<Patch & { what: string; seed: number; besides?: readonly Patch[] }> = [
  {
    what: 'the 2xx goes out before the commit',
    seed: 24,
    file: `${R}/lane.ts`,
    find: 'const committed = await persevere(items);',
    replace: "for (const item of items) item.settle('stepped');\n    const committed = await persevere(items);",
  },
  {
    what: 'dedupe keys are neither compared nor kept',
    seed: 24,
    file: `${R}/batch.ts`,
    find: 'if (dedupeKey !== null) {',
    replace: 'if (dedupeKey === storeId.toString()) {',
    besides: [
      {
        file: `${R}/batch.ts`,
        find: "if (dedupeKey !== null && taken !== 'dropped')",
        replace: "if (dedupeKey === storeId.toString() && taken !== 'dropped')",
      },
    ],
  },
  {
    what: 'a cancelled command is not cancelled',
    seed: 40,
    file: `${R}/keep-step.ts`,
    find: 'else turn.cancelled.push(id);',
    replace: 'else if (id === turn.row.key) turn.cancelled.push(id);',
  },
  {
    what: 'a copy that is sold leaves the shelf twice',
    seed: 41,
    file: 'src/commerce/stock/counts.ts',
    find: 'on_hand = on_hand + ${move.onHand}::int * line.copies,',
    replace: 'on_hand = on_hand + 2 * ${move.onHand}::int * line.copies,',
  },
  {
    what: 'a process goes by the clock of its machine, that is wrong and jumps',
    seed: 2,
    file: `${R}/shared-clock.ts`,
    find: 'now: () => Math.floor(base.elapsed() + aheadMs)',
    replace: 'now: base.now',
  },
  {
    what: 'nobody asks after work whose lease ran out',
    seed: 29,
    file: `${R}/sweeper.ts`,
    find: "status = CASE WHEN d.status = 'running' THEN 'pending' ELSE c.status END",
    replace: 'status = c.status',
  },
  {
    what: 'inboxes that a dead process was about to open stay closed',
    seed: 52,
    file: `${R}/sweeper.ts`,
    find: "WHERE state = 'waiting' AND not_before <= $1",
    replace: "WHERE state = 'waiting' AND not_before <= $1 AND position < 0",
  },
  {
    what: 'timers of dead processes are left alone',
    seed: 29,
    file: `${R}/timers.ts`,
    find: 'WHERE held_until <= $1',
    replace: "WHERE held_until <= $1 AND held_until < due_at - interval '50 s'",
  },
  {
    what: 'bubbles leave youngest first',
    seed: 40,
    file: 'src/channels/outbox.ts',
    find: '.orderBy(asc(messages.seq), asc(messages.position))',
    replace: '.orderBy(desc(messages.seq), desc(messages.position))',
  },
  {
    what: 'whoever asks may send',
    seed: 29,
    file: 'src/channels/outbox.ts',
    find: '  if (await takeFreeLease(db, sender, nowMs)) return true;',
    replace: '  await takeFreeLease(db, sender, nowMs);\n  if (sender.attempt > 0) return true;',
    besides: [
      {
        file: 'src/channels/outbox.ts',
        find: '.where(and(threadOf(sender), eq(threads.leaseOwner, ownerOf(sender))))\n    .returning({',
        replace: '.where(threadOf(sender))\n    .returning({',
      },
    ],
  },
  {
    what: 'who finds a sender at work does not look again when that one is about to go',
    seed: 76,
    file: 'src/channels/outbox.ts',
    find: '    await lockThread(tx, sender);\n    return takeFreeLease(tx, sender, nowMs);',
    replace: '    return (await tx.select().from(threads).limit(0)).length > 0;',
  },
  {
    what: 'who said STOP is told the news all the same',
    seed: 48,
    file: 'src/channels/gate.ts',
    find: 'if (thread.optedOut && !bubble.exempt)',
    replace: "if (thread.optedOut && !bubble.exempt && bubble.kind === 'talk')",
  },
  {
    what: 'a claim made at birth can be taken over for ever',
    seed: 40,
    file: `${R}/claims.ts`,
    find: " AND c.due_at <= c.created_at + interval '${LEASE_MS} ms'",
    replace: '',
  },
  {
    what: 'work begins before the commit that asks for it',
    seed: 14,
    file: `${R}/batch.ts`,
    find: '  await commit(deps, connection, draft, others, new Date(at), owner);',
    replace:
      '  deps.early(aftermath(draft, others, owner).claims);\n  await commit(deps, connection, draft, others, new Date(at), owner);',
    besides: [
      {
        file: `${R}/runtime.ts`,
        find: '    owner: () => worker?.owner() ?? null,\n  };',
        replace: `    owner: () => worker?.owner() ?? null,
    early: (claims) => {
      worker?.expect(claims);
      carrier.enqueue(claims.map(({ storeId, id }) => ({ storeId, id, attempt: 1 }))).catch(warn);
    },
  };`,
      },
    ],
  },
  {
    what: 'an actor is read without a lock',
    seed: 14,
    file: `${R}/batch-reads.ts`,
    find: "FOR NO KEY UPDATE OF a${patience === 'skip' ? ' SKIP LOCKED' : ''}",
    replace: '',
  },
  {
    what: 'work that was called off is still listened to, and nobody asks what an answer knew',
    seed: 55,
    file: `${R}/turn.ts`,
    find: "if (command?.status !== 'running' || command.attempt !== attempt || !command.childId) return false;",
    replace: 'return true;',
    besides: [
      {
        file: 'machines/customer.setup.ts',
        find: '&& event.output.begun !== context.begun',
        replace: '&& context.begun === event.type',
      },
    ],
  },
];

export const planted: readonly Planted[] = FAULTS.map(({ what, seed, besides = [], ...patch }) => ({
  guarantee: 'SIM',
  what,
  seed,
  patches: [patch, ...besides],
}));
