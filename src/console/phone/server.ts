// The simulator's API as the page uses it. Answers are parsed; a refusal keeps the sentence that the server gave.
import { z } from 'zod/mini';
import type { SimulatorTranscript } from '../../web/wire/messages.ts';

const statuses = [
  'received',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'dropped',
] as const;
const Answer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      direction: z.enum(['inbound', 'outbound']),
      text: z.string(),
      at: z.string(),
      by: z.enum(['customer', 'marty', 'staff']),
      status: z.enum(statuses),
      suggestions: z.optional(z.array(z.string())),
      cards: z.optional(
        z.array(
          z.object({
            isbn13: z.string(),
            title: z.string(),
            subtitle: z.string(),
            take: z.object({ label: z.string(), reply: z.string() }),
          }),
        ),
      ),
    }),
  ),
  nextCursor: z.nullable(z.string()),
  composing: z.boolean(),
  shop: z.string(),
}) satisfies z.ZodMiniType<SimulatorTranscript>;
const Refusal = z.object({ detail: z.string() });

export type Text = SimulatorTranscript['items'][number];
const PATH = '/api/simulator/messages';
const PAGE = 500;
const PAGES_MAX = 20;
const TIMEOUT_MS = 15_000;

/** The server was reached and said no; the message may be shown. */
export class Refused extends Error {}

/** Resolves once the text is durable. The same id twice is one text. */
export async function sendText(from: string, text: string, messageId: string): Promise<void> {
  const body = JSON.stringify({ from, text, messageId });
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(PATH, { method: 'POST', headers, body, signal });
  if (response.status >= 400 && response.status < 500) throw new Refused(await reason(response));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
}

/** Everything after the text with the id `after`, the shop's name, and whether Marty is at it. */
export async function readTexts(
  phone: string,
  after: string | undefined,
): Promise<Pick<SimulatorTranscript, 'items' | 'composing' | 'shop'>> {
  const items: Text[] = [];
  let cursor = after;
  let shop = '';
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await readPage(phone, cursor);
    items.push(...answer.items);
    shop = answer.shop;
    if (answer.nextCursor === null) return { items, composing: answer.composing, shop };
    cursor = answer.nextCursor;
  }
  return { items, composing: false, shop };
}

async function readPage(phone: string, after: string | undefined): Promise<SimulatorTranscript> {
  const query = new URLSearchParams({ phone, limit: String(PAGE), ...(after !== undefined && { after }) });
  const response = await fetch(`${PATH}?${query}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Refused(await reason(response));
  return Answer.parse(await response.json());
}

async function reason(response: Response): Promise<string> {
  const problem = Refusal.safeParse(await response.json().catch(() => null));
  return problem.success ? problem.data.detail : `the server answered ${response.status}`;
}
