// What an actor remembers, what it waits for, and its turns as a list.
import { z } from 'zod';
import type { ActorDetail } from '../../../web/wire/actors.ts';
import { activeLeaves } from '../../chart/way.ts';
import { element } from '../../dom.ts';
import { jsonTree } from '../parts/json-tree.ts';
import { empty, loading } from '../parts/states.ts';
import { countdown, moment } from '../when.ts';
import { words } from '../words.ts';
import { eventOf } from './journey.ts';
import type { Journey, JourneyStore } from './journey.ts';
import type { Remembered } from './actor-view.ts';

const Timers = z.array(z.object({ id: z.string(), dueAt: z.string() })).catch([]);
const Children = z.record(z.string(), z.unknown()).catch({});

let shownBefore: unknown = null;

export function contextPanel(remembered: Remembered | null): HTMLElement {
  if (remembered === null) return loading();
  const note = element('p', { class: 'note' }, words.actor.after(remembered.seq));
  const tree = shownBefore === null ? jsonTree(remembered.context) : jsonTree(remembered.context, shownBefore);
  shownBefore = remembered.context;
  return element('div', {}, note, tree);
}

/** Work under way and timers; they belong to now, the journal does not keep them. */
export function remainsPanel(detail: ActorDetail | null, signal: AbortSignal): HTMLElement {
  if (detail === null) return loading();
  const timers = Timers.parse(detail.timers);
  const children = Object.entries(Children.parse(detail.children));
  if (timers.length === 0 && children.length === 0) return empty(words.actor.nothingRuns, words.actor.nothingRunsText);
  const timerRows = timers.map(({ id, dueAt }) =>
    element(
      'li',
      { class: 'fact' },
      element('span', { class: 'fact-name' }, words.timer(id)),
      countdown(dueAt, signal),
    ),
  );
  const childRows = children.map(([id, child]) =>
    element('li', { class: 'fact' }, element('span', { class: 'fact-name' }, id), jsonTree(child)),
  );
  const root = element('div', { class: 'facts' });
  if (timerRows.length > 0) root.append(element('h3', {}, words.actor.timers), element('ul', {}, ...timerRows));
  if (childRows.length > 0) root.append(element('h3', {}, words.actor.children), element('ul', {}, ...childRows));
  return root;
}

/** Newest first; pressing one travels to it. */
export function turnsPanel(journey: JourneyStore, signal: AbortSignal): HTMLElement {
  const list = element('ol', { class: 'turns' });
  let drawn = '';
  let shownAt: number | null = null;
  const show = ({ turns, at }: Journey) => {
    const last = turns.at(-1)?.seq ?? 0;
    const range = `${turns[0]?.seq ?? 0} ${last}`;
    if (drawn !== range) {
      list.replaceChildren(
        ...turns.toReversed().map((turn) => turnRow(turn, () => journey.trigger.wentTo({ seq: turn.seq }))),
      );
      drawn = range;
    }
    list.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const current = list.querySelector(`[data-seq="${at ?? last}"]`);
    current?.setAttribute('aria-current', 'step');
    if (at !== null && at !== shownAt) current?.scrollIntoView({ block: 'nearest' });
    shownAt = at;
  };
  show(journey.getSnapshot().context);
  const subscription = journey.subscribe(({ context }) =>
    list.isConnected ? show(context) : subscription.unsubscribe(),
  );
  signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  return list;
}

function turnRow(turn: Journey['turns'][number], go: () => void): HTMLElement {
  const { seq, to, from, at, source, handled } = turn;
  const changed = activeLeaves(to).filter((path) => !activeLeaves(from).includes(path));
  const row = element(
    'button',
    { type: 'button', class: 'turn', 'data-seq': String(seq) },
    element('span', { class: 'turn-seq' }, String(seq)),
    element(
      'span',
      { class: 'turn-event' },
      words.event(eventOf(turn)),
      ...(handled ? [] : [` (${words.time.unhandled})`]),
    ),
    element('span', { class: 'turn-to' }, changed.length > 0 ? `→ ${changed.map(words.state).join(', ')}` : ''),
    element('span', { class: 'turn-at' }, `${moment(at)} · ${source}`),
  );
  row.addEventListener('click', go);
  return element('li', {}, row);
}
