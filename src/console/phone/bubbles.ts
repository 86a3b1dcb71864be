// From texts to what a phone shows: bubbles in clusters, with one time and one tick for each cluster.
import type { Outgoing, Phone } from './store.ts';
import type { Text } from './server.ts';

export type Delivery = 'sending' | 'sent' | 'read' | 'failed';
export type Card = NonNullable<Text['cards']>[number];
export type Bubble = {
  key: string;
  text: string;
  at: string;
  from: 'me' | 'marty' | 'staff';
  /** Null for what came in. */
  delivery: Delivery | null;
  reason: string;
  /** Books that it shows. */
  cards: Card[];
  /** First of a day: the day is written above it. */
  day: boolean;
  first: boolean;
  last: boolean;
};
type Bare = Omit<Bubble, 'day' | 'first' | 'last'>;

const CLUSTER_MS = 3 * 60_000;
/** A bubble on its way, given up or dropped is not on the phone. */
const ARRIVED: ReadonlySet<Text['status']> = new Set(['received', 'sent', 'delivered', 'read', 'unknown']);

/** Oldest first. */
export function bubblesOf({ texts, outgoing, keys, composing }: Phone): Bubble[] {
  const lastAnswer = texts.findLastIndex(({ direction }) => direction === 'outbound');
  const past = texts
    .map((text, index) => ({ text, isRead: composing || index < lastAnswer }))
    .filter(({ text }) => ARRIVED.has(text.status))
    .map(({ text, isRead }) => fromTranscript(text, keys[text.id] ?? text.id, isRead));
  return clustered([...past, ...outgoing.map(fromHere)]);
}

/** The answers that can be tapped now: those of the newest bubble, until something is said. */
export function answersOf({ texts, outgoing, composing }: Phone): string[] {
  const newest = texts.findLast(({ status }) => ARRIVED.has(status));
  const isAsked = newest?.direction === 'outbound' && outgoing.length === 0 && !composing;
  return isAsked ? (newest.suggestions ?? []) : [];
}

function fromTranscript({ text, at, direction, by, cards = [] }: Text, key: string, isRead: boolean): Bare {
  const mine = direction === 'inbound';
  const from = mine ? 'me' : by === 'staff' ? 'staff' : 'marty';
  return { key, text, at, from, delivery: mine ? (isRead ? 'read' : 'sent') : null, reason: '', cards };
}

function fromHere({ id, text, at, state, reason }: Outgoing): Bare {
  return { key: id, text, at, from: 'me', delivery: state === 'accepted' ? 'sent' : state, reason, cards: [] };
}

function clustered(bubbles: Bare[]): Bubble[] {
  return bubbles.map((bubble, index) => {
    const [before, after] = [bubbles[index - 1], bubbles[index + 1]];
    const day = before === undefined || dayOf(before.at) !== dayOf(bubble.at);
    return { ...bubble, day, first: day || !belong(before, bubble), last: !belong(bubble, after) };
  });
}

function belong(a: Bare | undefined, b: Bare | undefined): boolean {
  if (a === undefined || b === undefined || a.from !== b.from || dayOf(a.at) !== dayOf(b.at)) return false;
  return Date.parse(b.at) - Date.parse(a.at) < CLUSTER_MS && (a.delivery === 'failed') === (b.delivery === 'failed');
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}

/** `7:04 PM`, in the reader's own way. */
export function clock(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
}

/** `Today`, or `Sunday, November 22`. */
export function dayName(at: string, now: Date): string {
  if (dayOf(at) === now.toDateString()) return 'Today';
  return new Date(at).toLocaleDateString(undefined, { weekday: 'long', month: 'long', day: 'numeric' });
}
