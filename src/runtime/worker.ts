// Takes tickets from the queue, claims their commands, runs them under a lease and tells what came of them.
import type { Carrier, Ticket } from './carrier.ts';
import { coalesce } from './coalesce.ts';
import { every, isTimeUp } from './clock.ts';
import type { Clock, Log } from './clock.ts';
import type { Claim, Claims, Settlement } from './claims.ts';
import { attemptName, LEASE_MS } from './claims.ts';
import { UNCLAIMED_MS } from './batch-writes.ts';
import { ABORTED } from './cause.ts';
import type { Outcome } from './cause.ts';
import { createNewborns } from './newborns.ts';
import { backoffMs, DEFAULT_RETRY, perform } from './perform.ts';
import type { Performed, PerformDeps } from './perform.ts';
import type { Performable, RetryPolicy } from './define-actor.ts';
import { inCommand, noteOutcome } from './tracing.ts';
import { errorName } from './errors.ts';

export type WorkerDeps<Services> = PerformDeps<Services> & {
  log: Log;
  claims: Claims;
  carrier: Carrier;
  actors: ReadonlyMap<string, Performable<Services>>;
  random: () => number;
  /** Brings a result into the actor; resolves after its commit. */
  deliver: (claim: Claim, outcome: Outcome) => Promise<unknown>;
  /** Commands at once; while so many run, no ticket is taken from the queue. */
  concurrency: number;
  /** Hears of every attempt. Must not throw. */
  onPerformed: (news: CommandNews) => void;
};

/** What came of one attempt at a command, before it is told to its actor. `again`: it broke down and may be tried once more. */
export type CommandNews = Pick<Claim, 'id' | 'actorKey' | 'name' | 'attempt' | 'correlationId'> & {
  status: Performed['status'];
  code: string | null;
  ms: number;
};

export type CommandWorker = {
  /** Who claims for it in turns of this process; null once it stops. */
  owner: () => string | null;
  /** Hears of commands that a turn of this process claimed for it at their birth; their tickets are on the way. */
  expect: (claims: readonly Claim[]) => void;
  /** Fires the signals of commands that were cancelled by a turn of this process. */
  cancel: (ids: readonly string[]) => void;
  /** Works tickets that came by no queue, as many as there is room for; who gets none is swept again. */
  workHere: (tickets: readonly Ticket[]) => void;
  running: () => number;
  /** Takes nothing more, gives running commands `graceMs` to end, then aborts them and gives them back. */
  stop: (graceMs: number) => Promise<void>;
};

export function startWorker<Services>(deps: WorkerDeps<Services>): CommandWorker {
  const { clock, claims } = deps;
  const running = new Map<string, { claim: Claim; controller: AbortController; ended: Promise<void> }>();
  const newborns = createNewborns(clock, claims.owner);
  let closing = false; // takes no new ones
  let stopping = false; // gives back what it has

  const claim = coalesce<Ticket, Claim | null>((tickets) => claimEach(claims, tickets, clock.now()));
  const settle = coalesce<Settlement, true>(async (rows) => {
    await claims.settle(rows, clock.now());
    return rows.map(() => true);
  });

  const gate = createGate(() => running.size < deps.concurrency || stopping);
  // A job ends when its commands have begun: from then on their leases carry them, and the queue is asked for the next parcel.
  const stopCarrier = deps.carrier.work(async (tickets) => {
    await gate.open();
    await Promise.all(tickets.map((ticket) => begin(ticket)));
  });
  const stopRenewing = every(clock, LEASE_MS / 3, renew, (error) =>
    deps.log.warn({ error: errorName(error) }, 'leases were not renewed'),
  );

  async function begin(ticket: Ticket): Promise<void> {
    if (stopping || running.has(attemptName(ticket))) return;
    const taken = newborns.take(ticket) ?? (await claim(ticket));
    if (!taken) return;
    const controller = new AbortController();
    if (stopping) controller.abort(); // claimed while the process was stopping: given back at once
    const name = attemptName(taken);
    const ended = inCommand(taken, () => run(taken, controller)).finally(() => {
      running.delete(name);
      gate.tryAgain();
    });
    running.set(name, { claim: taken, controller, ended });
  }

  async function run(taken: Claim, controller: AbortController): Promise<void> {
    const actor = deps.actors.get(taken.name);
    const began = deps.clock.elapsed();
    const performed: Performed = actor
      ? await perform(deps, actor, taken, controller)
      : { status: 'failed', code: 'no_actor' };
    const code = 'code' in performed ? performed.code : null;
    noteOutcome(performed.status, code);
    const { id, actorKey, name, attempt, correlationId } = taken;
    const ms = Math.round(deps.clock.elapsed() - began);
    deps.onPerformed({ id, actorKey, name, attempt, correlationId, status: performed.status, code, ms });
    try {
      await conclude(taken, performed, actor?.retry, controller.signal);
    } catch (error) {
      // Nothing is lost: the lease runs out and the command is delivered again.
      deps.log.warn(
        { command: taken.id, name: taken.name, error: errorName(error) },
        'what came of a command could not be kept',
      );
    }
  }

  async function conclude(
    taken: Claim,
    performed: Performed,
    retry: RetryPolicy | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    if (performed.status === 'later') return giveBack(taken, taken.failures, Math.max(0, performed.atMs - clock.now()));
    if (performed.status !== 'again') return tell(taken, performed);
    if (signal.aborted && !isTimeUp(signal) && !stopping) return tell(taken, { status: 'failed', code: ABORTED });
    const failures = stopping && signal.aborted && !isTimeUp(signal) ? taken.failures : taken.failures + 1;
    const { attemptsMax } = { ...DEFAULT_RETRY, ...retry };
    deps.log.warn(
      { command: taken.id, name: taken.name, failures, error: errorName(performed.error) },
      'a command broke down',
    );
    if (failures >= attemptsMax) return tell(taken, { status: 'failed', code: 'exhausted' });
    const wait = failures === taken.failures ? 0 : backoffMs(retry, failures, deps.random());
    await giveBack(taken, failures, wait);
  }

  /** @param waitMs until its next attempt */
  async function giveBack({ storeId, id, attempt }: Claim, failures: number, waitMs: number): Promise<void> {
    const released = await claims.release({ storeId, id, attempt }, failures, clock.now() + waitMs + UNCLAIMED_MS);
    if (released) await deps.carrier.enqueue([{ storeId, id, attempt: attempt + 1 }], waitMs);
  }

  async function tell(taken: Claim, outcome: Outcome): Promise<void> {
    if (taken.kind === 'invoke') {
      await deps.deliver(taken, outcome);
      return;
    }
    const code = outcome.status === 'done' ? null : outcome.code;
    await settle({ storeId: taken.storeId, id: taken.id, attempt: taken.attempt, status: outcome.status, code });
  }

  async function renew(): Promise<void> {
    const mine = [...running];
    if (mine.length === 0) return;
    const held = mine.map(([, { claim: taken }]) => taken);
    const lost = await claims.renew(held, clock.now());
    for (const [name, { controller }] of mine) if (lost.has(name)) controller.abort();
  }

  function cancel(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const { storeId, id, attempt } of newborns.drop(ids)) {
      // If it cannot be told, the lease runs out and the sweeper takes back what never happened.
      settle({ storeId, id, attempt, status: 'cancelled', code: null }).catch(() => undefined);
    }
    for (const { claim: taken, controller } of running.values()) if (ids.includes(taken.id)) controller.abort();
  }

  return {
    owner: () => (closing ? null : claims.owner),
    expect: newborns.keep,
    cancel,
    workHere: (tickets) => beginSome(tickets, deps.concurrency - running.size, begin, deps.log),
    running: () => running.size,
    async stop(graceMs) {
      closing = true;
      const ends = () => Promise.all([...running.values()].map(({ ended }) => ended));
      const closed = stopCarrier();
      await atMost(clock, graceMs, ends());
      stopping = true;
      gate.tryAgain();
      for (const { controller } of running.values()) controller.abort();
      await ends();
      await closed;
      await stopRenewing();
    },
  };
}

async function claimEach(claims: Claims, tickets: readonly Ticket[], now: number): Promise<Array<Claim | null>> {
  const claimed = new Map((await claims.claim(tickets, now)).map((row) => [row.id, row]));
  return tickets.map(({ id }) => {
    const row = claimed.get(id) ?? null;
    claimed.delete(id); // a ticket that came twice is worked once
    return row;
  });
}

// Who comes while it is shut waits in line; whatever may open it says so.
function createGate(isOpen: () => boolean): { open: () => Promise<void>; tryAgain: () => void } {
  const line: Array<() => void> = [];
  return {
    open: () => (isOpen() ? Promise.resolve() : new Promise((resolve) => line.push(resolve))),
    tryAgain() {
      if (isOpen()) line.shift()?.();
    },
  };
}

function beginSome(tickets: readonly Ticket[], room: number, begin: (ticket: Ticket) => Promise<void>, log: Log): void {
  for (const ticket of tickets.slice(0, Math.max(0, room))) {
    begin(ticket).catch((error: unknown) => log.warn({ error: errorName(error) }, 'a command was not claimed'));
  }
}

function atMost(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    void work.finally(() => {
      cancel();
      resolve();
    });
  });
}
