// What a phone with RCS shows beside the words, as Twilio's content: a card with a cover, answers to tap, a row of cards.
// The words are a variable, so that one content serves many texts; a phone without RCS gets them as plain text.
import { LABEL_CHARS_MAX } from './buttons.ts';
import type { SendRequest } from './channel.ts';
import type { CoveredCard } from './covers.ts';

type Action = { type: 'QUICK_REPLY'; title: string; id: string };
type CardContent = { title?: string; body: string; media?: string[]; actions: Action[] };
/** Types of a Content resource. Source: Twilio's pages on twilio/card and twilio/carousel, 2026. */
export type Content =
  | { 'twilio/card': CardContent; 'twilio/text': { body: string } }
  | { 'twilio/carousel': { body: string; cards: Array<Required<Omit<CardContent, 'media'>> & { media: string }> } };

/** The variable that the words are put into. */
const WORDS = '{{1}}';
/** A card carries no more; without a picture it becomes a list of chips. */
const ACTIONS_MAX = 4;

/** What the words are sent as; null where there is nothing to show or to tap. */
export function contentOf({ cards, suggestions }: Pick<SendRequest, 'cards' | 'suggestions'>): Content | null {
  const actions = actionsOf(cards, suggestions);
  if (actions.length === 0) return null;
  const [card] = cards;
  const shown = cards.length === 1 && card?.cover ? { title: card.title, media: [card.cover] } : {};
  return { 'twilio/card': { ...shown, body: WORDS, actions }, 'twilio/text': { body: WORDS } };
}

/** The row of cards that follows the words, since RCS drops the words of a carousel; null for fewer than two covers. */
export function carouselOf({ cards }: Pick<SendRequest, 'cards'>): Content | null {
  const covered = cards.flatMap(({ title, subtitle, cover, take }) =>
    cover === null ? [] : [{ title, body: subtitle, media: cover, actions: [answer(take.label, take.reply)] }],
  );
  return covered.length < 2 ? null : { 'twilio/carousel': { body: covered[0]?.title ?? '', cards: covered } };
}

/** What takes a shown book, and then the chart's own answers. */
function actionsOf(cards: readonly CoveredCard[], suggestions: readonly string[]): Action[] {
  const takes = takesOf(cards, suggestions);
  const others = suggestions.filter((label) => takes.every(({ title }) => title !== label));
  return [...takes, ...others.map((label) => answer(label, label))].slice(0, ACTIONS_MAX);
}

/** One book: as its card says, where the chart has answers at all. Several: each by its name, unless a row of cards lets them be tapped. */
function takesOf(cards: readonly CoveredCard[], suggestions: readonly string[]): Action[] {
  if (cards.length > 1)
    return carouselOf({ cards }) === null ? cards.map(({ title, take }) => answer(title, take.reply)) : [];
  return suggestions.length > 0 ? cards.map(({ take }) => answer(take.label, take.reply)) : [];
}

function answer(label: string, reply: string): Action {
  return { type: 'QUICK_REPLY', title: label.slice(0, LABEL_CHARS_MAX), id: reply };
}
