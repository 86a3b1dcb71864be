// `marty actors fork`: an actor as it stood after some turn, copied into a sandbox in this process, to be texted or told events at the terminal.
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { TranscriptLine } from '../../brain/situation.ts';
import { createTranscript } from '../../brain/transcript.ts';
import { Sandbox, timersAfter } from '../../runtime/sandbox.ts';
import type { Taken } from '../../runtime/sandbox.ts';
import type { Effect } from '../../runtime/effects.ts';
import { Forked, isReader } from '../sandbox/forked.ts';
import { archiveOf } from '../shop/actor-desk.ts';
import { dataKeyOf } from '../shop/data-key.ts';
import type { Shop } from '../shop/open-shop.ts';
import { journalOf } from './actors.ts';
import { durationMs } from './duration.ts';
import { UsageError } from '../plain-errors.ts';
import { addressOf, withShop } from './with-shop.ts';

export type ForkFlags = { at?: string; store?: string };

const RECALLED = 24;
const COMMANDS = `Nothing leaves this terminal.
  /events             which events it takes as it stands, and what belongs to each
  /send EVENT         an event, such as /send staff.handedBack or /send {"type":"staff.shipped","tracking":"1Z"}
  /wait 3h            let time pass (s, m, h, d)
  /done CHILD JSON    what runs as CHILD ends with this output
  /refuse CHILD CODE  … is refused
  /fail CHILD         … breaks down for good
  /state              where the actor stands, and its context
  /waiting            what runs and which timers are set
  /recorded           everything that would have left
  /quit`;
const helpOf = ({ isCustomer }: Forked) =>
  `A line is ${isCustomer ? "a text of the customer's" : 'an event: its name, and the JSON of what belongs to it'}. ${COMMANDS}`;

export async function runActorsFork(id: string, flags: ForkFlags): Promise<void> {
  await withShop(async (shop) => {
    const terminal = { input: process.stdin, output: process.stdout };
    await talk(await fork(shop, id, flags, (line) => void process.stdout.write(`${line}\n`)), terminal);
  });
}

/** @throws UsageError for an actor, or a turn of it, that is not there */
export async function fork(
  shop: Shop,
  id: string,
  { at, store }: ForkFlags,
  say: (line: string) => void,
): Promise<Forked> {
  const address = addressOf(shop, id, store);
  const definition = shop.runtime.knowledge.machines.get(address.machine);
  const key = await shop.runtime.find(address);
  const turns = await journalOf(shop, id, store === undefined ? {} : { store });
  const seq = at === undefined ? (turns.at(-1)?.seq ?? 0) : Number(at);
  const turn = turns.find((one) => one.seq === seq);
  const snapshot = key && turn ? await archiveOf(shop).snapshotAt(address.storeId, key, seq) : null;
  const dataKey = key ? await dataKeyOf(shop.database, address.storeId, key) : null;
  if (!definition || !key || !turn || !snapshot || !dataKey)
    throw new UsageError(`"${id}" has no turn ${at ?? ''}: it has ${turns.length}.`);
  const timers = timersAfter(
    definition,
    key,
    turns.filter((one) => one.seq <= seq),
  );
  const sandbox = new Sandbox(definition, { key, seq, atMs: turn.at.getTime(), snapshot, timers });
  const whose = { ...address, key, dataKey };
  const past = await pastOf(shop, whose, turn.at);
  const forked = new Forked(sandbox, shop, whose, past, (taken, bubbles) => describe(taken, bubbles).forEach(say));
  say(`As after turn ${seq} (${turn.type}): ${JSON.stringify(snapshot.value)}\n${helpOf(forked)}`);
  for (const line of past.slice(-6)) say(`${line.by} › ${line.text}`);
  return forked;
}

async function pastOf(
  { db, vault }: Shop,
  { storeId, key, dataKey }: { storeId: number; key: string; dataKey: Buffer },
  until: Date,
): Promise<TranscriptLine[]> {
  const lines = await createTranscript(db, vault).recent({ storeId, actorKey: key, dataKey }, 500);
  return lines.filter(({ at }) => at <= until).slice(-RECALLED);
}

function describe({ seq, event, handled, value, effects }: Taken, bubbles: readonly string[]): string[] {
  return [
    `  turn ${seq} ${event.type} → ${JSON.stringify(value)}${handled ? '' : ' (nothing here takes it)'}`,
    ...effects
      .filter(isOutgoing)
      .map((effect) => `  ${isReading(effect) ? 'done here' : 'recorded'}: ${wordsFor(effect)}`),
    ...bubbles.map((bubble) => `marty › ${bubble}`),
  ];
}

type Outgoing = Exclude<Effect, { kind: 'timer' | 'cancel' | 'stop' }>;

// What Marty says is shown as he says it.
function isOutgoing(effect: Effect): effect is Outgoing {
  if (effect.kind === 'action') return effect.name !== 'say';
  return effect.kind !== 'timer' && effect.kind !== 'cancel' && effect.kind !== 'stop';
}

const isReading = (effect: Outgoing) => effect.kind === 'invoke' && isReader(effect.src);

function wordsFor(effect: Outgoing): string {
  switch (effect.kind) {
    case 'invoke':
      return `${effect.src} as "${effect.childId}" ${JSON.stringify(effect.input)}`;
    case 'send':
      return `${effect.event.type} to ${effect.to}`;
    case 'start':
      return `a new ${effect.start.machine}`;
    case 'action':
      return `${effect.name} ${JSON.stringify(effect.params)}`;
    case 'emit':
      return `${effect.event.type} to the live feed`;
  }
}

/** Reads lines until `/quit` or the end of the input. A line that cannot be done says why, and changes nothing. */
export async function talk(forked: Forked, { input, output }: { input: Readable; output: Writable }): Promise<void> {
  const lines = createInterface({ input, output, prompt: forked.isCustomer ? 'you › ' : 'event › ', terminal: false });
  const ask = () => {
    if (!forked.isCustomer) output.write(`  it takes: ${forked.takes.join(', ') || 'nothing'}\n`);
    lines.prompt();
  };
  ask();
  for await (const line of lines) {
    if (line.trim() === '/quit') break;
    try {
      const answer = await obey(forked, line.trim());
      if (answer !== null) output.write(`${answer}\n`);
    } catch (error) {
      output.write(`${error instanceof Error ? error.message : 'that cannot be done'}\n`);
    }
    ask();
  }
  lines.close();
}

async function obey(forked: Forked, line: string): Promise<string | null> {
  const [, verb = '', rest = ''] = /^\/(\w+)\s*(.*)$/.exec(line) ?? [];
  const [, child = '', tail = ''] = /^(\S*)\s*(.*)$/.exec(rest) ?? [];
  switch (verb) {
    case '':
      if (line === '') return null;
      return done(forked.isCustomer ? forked.text(line) : forked.send(line));
    case 'events':
      return forked.takes.join('\n') || 'It takes none.';
    case 'wait':
      return done(forked.wait(waitOf(rest)));
    case 'send':
      return done(forked.send(rest));
    case 'done':
      return done(forked.settle(child, { status: 'done', output: jsonOf(tail) }));
    case 'refuse':
      return done(forked.settle(child, { status: 'refused', code: tail }));
    case 'fail':
      return done(forked.settle(child, { status: 'failed', code: 'exhausted' }));
    case 'state':
      return JSON.stringify(forked.sandbox.snapshot, null, 2);
    case 'waiting':
      return waitingOf(forked.sandbox);
    case 'recorded':
      return recordedBy(forked.sandbox);
    default:
      return helpOf(forked);
  }
}

function recordedBy({ taken }: Sandbox): string {
  const outgoing = taken.flatMap(({ effects }) => effects).filter(isOutgoing);
  return (
    outgoing
      .filter((effect) => !isReading(effect))
      .map(wordsFor)
      .join('\n') || 'Nothing would have left.'
  );
}

// Work that answers with nothing at all is ended by `/done CHILD`.
function jsonOf(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('what it ends with is JSON, such as {} or null');
  }
}

async function done(work: Promise<void>): Promise<null> {
  await work;
  return null;
}

function waitingOf({ children, timers }: Sandbox): string {
  const running = Object.entries(children).map(([id, { src }]) => `${src} as "${id}"`);
  const set = timers.map(({ id, dueAtMs }) => `${new Date(dueAtMs).toISOString()} ${id}`);
  return [...running, ...set].join('\n') || 'Nothing runs, and no timer is set.';
}

function waitOf(words: string): number {
  const ms = durationMs(words);
  if (ms === null) throw new Error('such as /wait 90s, 5m, 3h or 2d');
  return ms;
}
