// Faults for the simulation to find: each is one that a careful reader might miss, and none names a test of its own. All are looked for
// in the worlds of test/simulation/kept-seeds.ts.
import type { Mutant } from './mutants.ts';

const R = 'src/runtime';
const TEST = 'test/simulation/simulation.test.ts';

type Planted = { what: string; file: string; find: string; replace: string };

const PLANTED: readonly Planted[] = [
  {
    what: 'the 2xx goes out before the commit',
    file: `${R}/lane.ts`,
    find: 'const committed = await persevere(items);',
    replace: "for (const item of items) item.settle('stepped');\n    const committed = await persevere(items);",
  },
  {
    what: 'dedupe keys are neither compared nor kept',
    file: `${R}/batch.ts`,
    find: 'if (dedupeKey !== null) {',
    replace: 'if (dedupeKey === storeId.toString()) {',
  },
  {
    what: 'a cancelled command is not cancelled',
    file: `${R}/keep-step.ts`,
    find: 'else turn.cancelled.push(id);',
    replace: 'else if (id === turn.row.key) turn.cancelled.push(id);',
  },
  {
    what: 'a copy that is sold leaves the shelf twice',
    file: 'src/commerce/stock/counts.ts',
    find: 'on_hand = on_hand + ${move.onHand}::int * line.copies,',
    replace: 'on_hand = on_hand + 2 * ${move.onHand}::int * line.copies,',
  },
  {
    what: 'nobody asks after work whose lease ran out',
    file: `${R}/sweeper.ts`,
    find: "status = CASE WHEN d.status = 'running' THEN 'pending' ELSE c.status END",
    replace: 'status = c.status',
  },
  {
    what: 'inboxes that a dead process was about to open stay closed',
    file: `${R}/sweeper.ts`,
    find: "WHERE state = 'waiting' AND not_before <= $1",
    replace: "WHERE state = 'waiting' AND not_before <= $1 AND position < 0",
  },
  {
    what: 'timers of dead processes are left alone',
    file: `${R}/timers.ts`,
    find: 'WHERE held_until <= $1',
    replace: "WHERE held_until <= $1 AND held_until < due_at - interval '50 s'",
  },
  {
    what: 'bubbles leave youngest first',
    file: 'src/channels/outbox.ts',
    find: '.orderBy(asc(messages.seq), asc(messages.position))',
    replace: '.orderBy(desc(messages.seq), desc(messages.position))',
  },
  {
    what: 'whoever asks may send',
    file: 'src/channels/outbox.ts',
    find: '  if (await takeFreeLease(db, sender, nowMs)) return true;',
    replace: '  await takeFreeLease(db, sender, nowMs);\n  if (sender.attempt > 0) return true;',
  },
  {
    what: 'who said STOP is told the news all the same',
    file: 'src/channels/gate.ts',
    find: 'if (thread.optedOut && !bubble.exempt)',
    replace: "if (thread.optedOut && !bubble.exempt && bubble.kind === 'talk')",
  },
  {
    what: 'a claim made at birth can be taken over for ever',
    file: `${R}/claims.ts`,
    find: " AND c.due_at <= c.created_at + interval '${LEASE_MS} ms'",
    replace: '',
  },
];

/** In the form of `npm run mutants SIM`. */
export const planted: readonly Mutant[] = PLANTED.map(({ what, ...patch }) => ({
  guarantee: 'SIM',
  what,
  patches: [patch],
  test: TEST,
  title: 'in the worlds that are kept',
}));
