// `marty chat`: text with Marty in the terminal, as one more pretend phone before a running server.
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Phone } from '../web/wire/common.ts';
import type { SaidItem } from '../web/wire/messages.ts';
import type { ChatClient } from './chat-client.ts';
import { chatClient } from './chat-client.ts';
import { ChatError } from './plain-errors.ts';

export type ChatOptions = {
  /** Default `http://localhost:8080`. */
  url?: string;
  /** Default `+12015550199`, a number that belongs to nobody. */
  phone?: string;
  input: Readable;
  output: Writable;
  /** Between two looks for news. Default 500. */
  lookMs?: number;
};

const DEFAULT_URL = 'http://localhost:8080';
const DEFAULT_PHONE = '+12015550199';
const ARRIVED: ReadonlySet<SaidItem['status']> = new Set(['sent', 'delivered', 'read', 'unknown']);
/** What of the past is shown at the start. */
const RECALL = 6;

/**
 * Talks until `/quit`, ctrl-c or the end of the input; then resolves.
 * Rejects with a `ChatError` when no server answers at the start, or the phone number cannot be read.
 */
export async function chat(options: ChatOptions): Promise<void> {
  const { url = DEFAULT_URL, input, output, lookMs = 500 } = options;
  const phone = Phone.safeParse(options.phone ?? DEFAULT_PHONE);
  if (!phone.success) throw new ChatError(`"${options.phone}" is not a phone number, such as ${DEFAULT_PHONE}.`);
  if (!URL.canParse(url)) throw new ChatError(`"${url}" is not an address, such as ${DEFAULT_URL}.`);
  const client = chatClient(url, phone.data);
  const past = await readAll(client);
  const terminal = 'isTTY' in output && output.isTTY === true;
  const line = createInterface({ input, output, prompt: 'you › ', terminal });
  const screen = createScreen(line, output, terminal);
  screen.note(`You are ${phone.data}. /quit or ctrl-c hangs up.`);
  for (const item of past.slice(-RECALL)) screen.item(item, true);
  await talk(client, line, screen, { shown: new Set(past.map(({ id }) => id)), lookMs });
}

type Screen = ReturnType<typeof createScreen>;
type Talk = { shown: Set<string>; lookMs: number };

async function talk(client: ChatClient, line: Interface, screen: Screen, { shown, lookMs }: Talk): Promise<void> {
  const hungUp = new AbortController();
  const inFlight = new Set<Promise<void>>();
  line.on('line', (words) => {
    const text = words.trim();
    if (text === '/quit') return line.close();
    if (text !== '')
      follow(
        inFlight,
        client.send(text).catch((error: unknown) => screen.trouble(error)),
      );
    line.prompt();
  });
  line.on('SIGINT', () => line.close());
  line.on('close', () => hungUp.abort());
  line.prompt();
  await watch(client, screen, { shown, lookMs, signal: hungUp.signal });
  await Promise.all(inFlight);
  screen.note('');
}

function follow(inFlight: Set<Promise<void>>, sending: Promise<void>): void {
  inFlight.add(sending);
  void sending.then(() => inFlight.delete(sending));
}

type Watch = Talk & { signal: AbortSignal };

async function watch(client: ChatClient, screen: Screen, { shown, lookMs, signal }: Watch): Promise<void> {
  let settled: string | undefined;
  while (!signal.aborted) {
    try {
      const { items, composing } = await client.read(settled);
      screen.reached();
      for (const item of items) show(screen, shown, item);
      screen.typing(composing);
      settled = lastSettled(items) ?? settled;
    } catch (error) {
      screen.trouble(error);
    }
    await pause(lookMs, undefined, { signal }).catch(() => undefined);
  }
}

function show(screen: Screen, shown: Set<string>, item: SaidItem): void {
  if (shown.has(item.id) || (item.direction === 'outbound' && !ARRIVED.has(item.status))) return;
  shown.add(item.id);
  if (item.direction === 'outbound') screen.item(item, false);
}

/** The last item before the first one that may still arrive. */
function lastSettled(items: SaidItem[]): string | undefined {
  const open = items.findIndex(({ status }) => status === 'queued' || status === 'sending');
  return items.slice(0, open === -1 ? items.length : open).at(-1)?.id;
}

async function readAll(client: ChatClient): Promise<SaidItem[]> {
  const items: SaidItem[] = [];
  let after: string | undefined;
  for (let page = 0; page < 50; page += 1) {
    const { items: more, nextCursor } = await client.read(after);
    items.push(...more.filter(({ direction, status }) => direction === 'inbound' || ARRIVED.has(status)));
    if (nextCursor === null) break;
    after = nextCursor;
  }
  return items;
}

/** Writes above the line that is being typed. Colours and the typing mark are for terminals only. */
function createScreen(line: Interface, output: Writable, terminal: boolean) {
  const paint = (code: number, text: string) => (terminal ? `\u001b[${code}m${text}\u001b[0m` : text);
  const above = (text: string) => {
    if (terminal) output.write('\r\u001b[K');
    output.write(`${text}\n`);
    if (terminal) line.prompt(true);
  };
  let trouble = '';
  let wasTyping = false;
  return {
    note: (text: string) => void output.write(`${paint(2, text)}\n`),
    item: ({ direction, by, text }: SaidItem, isPast: boolean) => {
      const who = direction === 'inbound' ? 'you' : by === 'staff' ? 'shop' : 'marty';
      const said = `${who} › ${text}`;
      above(isPast ? paint(2, said) : paint(33, said));
    },
    typing: (isTyping: boolean) => {
      if (isTyping === wasTyping) return;
      wasTyping = isTyping;
      line.setPrompt(isTyping ? `${paint(2, 'marty is typing …')} you › ` : 'you › ');
      if (!terminal) return;
      output.write('\r\u001b[K');
      line.prompt(true);
    },
    reached: () => {
      if (trouble !== '') above('Marty is back.');
      trouble = '';
    },
    trouble: (error: unknown) => {
      const sentence = error instanceof ChatError ? error.message : 'Something went wrong.';
      if (sentence !== trouble) above(paint(31, sentence));
      trouble = sentence;
    },
  };
}
