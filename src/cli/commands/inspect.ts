// `marty inspect`: Stately's own inspector, with the turns of stored actors as they commit, or with a history played into it.
import { createInspectorServer } from '@statelyai/inspect/server';
import { createConnection } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Archive, TurnView } from '../../runtime/archive.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import { liveFeed } from '../shop/live-feed.ts';
import type { Shop } from '../shop/open-shop.ts';
import { startInspection } from '../inspect/inspection.ts';
import type { InspectedTurn, Inspection } from '../inspect/inspection.ts';
import { UsageError } from '../plain-errors.ts';
import { addressOf, storeOf, withShop } from './with-shop.ts';

export type InspectFlags = {
  actor?: string[];
  replay?: boolean;
  speed: string;
  port: string;
  inspector?: string;
  open: boolean;
  store?: string;
};

const Speed = z.coerce.number().positive().max(1_000);
const Port = z.coerce.number().int().min(1).max(65_535);
/** Nobody waits longer than this for the next turn of a history, however long the customer was silent. */
const PAUSE_MAX_MS = 2_000;
const PAGE = 500;

/** Runs until it is interrupted. */
export async function runInspect(flags: InspectFlags): Promise<void> {
  const port = flagOf(Port, flags.port, '--port is a number from 1 to 65535.');
  const speed = flagOf(Speed, flags.speed, '--speed is a number above 0, such as 4 for four times as fast.');
  const { actor: actors = [] } = flags;
  if (flags.replay && actors.length !== 1) throw new UsageError('--replay plays one actor: name it with --actor.');
  if (await isTaken(port))
    throw new UsageError(`Something listens on port ${port} already: choose another with --port.`);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  await withShop(async (shop) => {
    // First of all: a socket that is closed before it has opened keeps this process alive.
    storeOf(shop, flags.store);
    for (const actor of actors) await keyOf(shop, actor, flags.store);
    const server = createInspectorServer({
      port,
      autoOpen: flags.open,
      ...(flags.inspector && { url: flags.inspector }),
    });
    const inspection = startInspection(`ws://localhost:${port}`);
    console.log(`The inspector is at http://localhost:${port} (Ctrl-C ends it).`);
    try {
      const say = (line: string) => console.log(line);
      await inspect(shop, inspection, { ...flags, actors, speed, say, pause }, interrupted.signal);
    } finally {
      inspection.stop();
      server.stop();
    }
  });
}

export type InspectOptions = {
  /** None means all. */
  actors: readonly string[];
  replay?: boolean;
  speed: number;
  store?: string;
  say: (line: string) => void;
  /** Waits so many milliseconds, or until the signal fires. */
  pause: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Streams live turns of all or of chosen actors, or plays the history of the first one and then waits for the signal. */
export async function inspect(
  shop: Shop,
  inspection: Inspection,
  { actors, replay, speed, store, say, pause: waiting }: InspectOptions,
  signal: AbortSignal,
): Promise<void> {
  const storeId = storeOf(shop, store).id;
  const archive = archiveOf(shop);
  const keys = await Promise.all(actors.map((actor) => keyOf(shop, actor, store)));
  const [key] = keys;
  const teller = tellerOf(shop, archive, storeId, inspection);
  if (key !== undefined && replay) {
    const tell = ({ seq, type }: TurnView) => teller.tell(key, seq, type);
    const played = await play(turnsOf(archive, storeId, key), tell, (ms) => waiting(ms / speed, signal), signal);
    say(`${played} turns were played.`);
    return untilFired(signal);
  }
  for (const one of keys) await teller.introduce(one);
  for await (const news of liveFeed(shop)(storeId, signal)) {
    if (news === 'gap') say('More turns were taken than could be shown; it goes on with the newest.');
    else if (keys.length === 0 || keys.includes(news.turn.key))
      await teller.tell(news.turn.key, news.turn.seq, news.turn.event);
  }
}

type Teller = {
  introduce: (key: string) => Promise<void>;
  tell: (key: string, seq: number, type: string) => Promise<void>;
};

function tellerOf(shop: Shop, archive: Archive, storeId: number, inspection: Inspection): Teller {
  const definitionOf = (machine: string): object => shop.runtime.knowledge.machines.get(machine)?.machine.config ?? {};
  return {
    async introduce(key) {
      const shown = await archive.show(storeId, key);
      if (!shown?.snapshot) return;
      const { machine, snapshot } = shown;
      inspection.introduce({ key, machine, definition: definitionOf(machine), snapshot });
    },
    async tell(key, seq, type) {
      const [actor, snapshot, [turn]] = await Promise.all([
        archive.show(storeId, key),
        archive.snapshotAt(storeId, key, seq),
        archive.history(storeId, key, seq - 1, 1),
      ]);
      if (!actor || !snapshot) return; // forgotten in the meantime
      const { machine } = actor;
      inspection.tell({ key, machine, definition: definitionOf(machine), event: eventOf(turn, type), snapshot });
    },
  };
}

const Event = z.looseObject({ type: z.string() });

function eventOf(turn: TurnView | undefined, type: string): InspectedTurn['event'] {
  const parsed = Event.safeParse(turn?.event);
  return parsed.success ? parsed.data : { type };
}

/** Answers how many turns were played. `pause` is given how long the actor was silent before a turn (ms). */
async function play(
  turns: AsyncIterable<TurnView>,
  tell: (turn: TurnView) => Promise<void>,
  pause: (silentMs: number) => Promise<void>,
  signal: AbortSignal,
): Promise<number> {
  let [played, lastMs] = [0, Number.POSITIVE_INFINITY];
  for await (const turn of turns) {
    await pause(Math.max(0, turn.at.getTime() - lastMs));
    if (signal.aborted) return played;
    await tell(turn);
    played += 1;
    lastMs = turn.at.getTime();
  }
  return played;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(Math.min(ms, PAUSE_MAX_MS), null, { signal }).catch(() => undefined);
}

function untilFired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((fired) => signal.addEventListener('abort', () => fired(), { once: true }));
}

async function* turnsOf(archive: Archive, storeId: number, key: string): AsyncGenerator<TurnView> {
  for (let after = 0; ;) {
    const page = await archive.history(storeId, key, after, PAGE);
    yield* page;
    after = page.at(-1)?.seq ?? after;
    if (page.length < PAGE) return;
  }
}

async function keyOf(shop: Shop, actor: string, store: string | undefined): Promise<string> {
  const key = await shop.runtime.find(addressOf(shop, actor, store));
  if (key === null) throw new UsageError(`There is no actor "${actor}".`);
  return key;
}

function flagOf<T>(schema: z.ZodType<T>, given: string, wanted: string): T {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new UsageError(`"${given}" will not do: ${wanted}`);
  return parsed.data;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host: 'localhost' });
    socket.once('connect', () => (socket.destroy(), answer(true)));
    socket.once('error', () => answer(false));
  });
}
