// The time-travel slider: every turn of an actor's journal is one step, named by its event.
import { element, setAttributes, setText } from '../../dom.ts';
import type { Keys } from '../keys.ts';
import { button, iconButton } from '../parts/controls.ts';
import { agoElement, moment } from '../when.ts';
import { words } from '../words.ts';
import { eventOf, turnAt } from './journey.ts';
import type { Journey, JourneyStore } from './journey.ts';

/** `readEarlier` reads what comes before the first turn of the slider. */
export function timeSlider(
  journey: JourneyStore,
  readEarlier: () => Promise<void>,
  signal: AbortSignal,
): { root: HTMLElement; keys: Keys } {
  const range = element('input', {
    type: 'range',
    class: 'slider',
    min: '0',
    max: '0',
    step: '1',
    'aria-label': words.time.slider,
  });
  const what = element('p', { class: 'slider-what' });
  const back = button(words.time.backToNow, () => journey.trigger.cameBack(), { small: true, look: 'main' });
  const earlier = button(words.time.earlier, readEarlier, { small: true });
  const step = (by: number) => journey.trigger.stepped({ by });
  range.addEventListener('input', () => journey.trigger.wentTo({ seq: Number(range.value) }));
  const show = (now: Journey) => {
    const { turns, at } = now;
    const [first, last] = [turns[0], turns.at(-1)];
    const turn = turnAt(now);
    range.min = String(first?.seq ?? 0);
    range.max = String(last?.seq ?? 0);
    range.value = String(turn?.seq ?? last?.seq ?? 0);
    range.disabled = turns.length < 2;
    const event = turn ? words.event(eventOf(turn)) : words.time.noTurns;
    const where = turn ? words.time.turn(turn.seq, last?.seq ?? turn.seq) : '';
    setAttributes(range, { 'aria-valuetext': `${where}: ${event}` });
    what.replaceChildren(
      element('strong', {}, event),
      ` ${where}`,
      ...(turn ? [' · ', agoElement(turn.at)] : []),
      ...(turn && !turn.handled ? [' · ', words.time.unhandled] : []),
    );
    back.hidden = at === null;
    earlier.hidden = !now.hasEarlier;
    setAttributes(root, { 'data-past': at !== null });
  };
  const line = element('div', { class: 'slider-line' });
  line.append(
    iconButton(words.time.before, 'back', () => step(-1)),
    range,
    iconButton(words.time.after, 'next', () => step(1)),
  );
  const root = element(
    'section',
    { class: 'time', 'aria-label': words.time.travel },
    line,
    element('div', { class: 'slider-foot' }, what, earlier, back),
  );
  const subscription = journey.subscribe(({ context }) => show(context));
  signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  show(journey.getSnapshot().context);
  return {
    root,
    keys: [
      { keys: ['[', 'ArrowLeft'], label: words.time.before, run: () => step(-1) },
      { keys: [']', 'ArrowRight'], label: words.time.after, run: () => step(1) },
      { keys: ['n'], label: words.time.backToNow, run: () => journey.trigger.cameBack() },
    ],
  };
}

/** Says on a page that it shows the past, and how to leave it. */
export function pastBanner(journey: JourneyStore, signal: AbortSignal): HTMLElement {
  const text = element('span');
  const root = element(
    'div',
    { class: 'past', role: 'status', hidden: true },
    text,
    button(words.time.backToNow, () => journey.trigger.cameBack(), { small: true }),
  );
  const show = (now: Journey) => {
    const turn = turnAt(now);
    root.hidden = now.at === null;
    setText(text, now.at === null || !turn ? '' : words.time.past(moment(turn.at)));
  };
  const subscription = journey.subscribe(({ context }) => show(context));
  signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  return root;
}
