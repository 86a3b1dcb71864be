// One actor seen from inside: its statechart with the current states lit, the slider over its turns, and what it remembers,
// waits for and has asked for. Past or present, all parts show the same turn.
import { ActorDetail, ActorSnapshot } from '../../../web/wire/actors.ts';
import { MachineDetail } from '../../../web/wire/machines.ts';
import { activeLeaves, activePaths, arrowsTaken } from '../../chart/way.ts';
import { element, setText } from '../../dom.ts';
import { isAbort } from '../api.ts';
import type { Office } from '../desk.ts';
import type { Keys } from '../keys.ts';
import { chartView, drawChart } from '../parts/chart-view.ts';
import type { ChartView, DrawnChart } from '../parts/chart-view.ts';
import { tabs } from '../parts/controls.ts';
import type { Tab } from '../parts/controls.ts';
import { load, throttled } from '../parts/load.ts';
import { words } from '../words.ts';
import { readEarlierTurns, readTurns } from './actor-history.ts';
import { commandsPanel } from './commands.ts';
import { contextPanel, remainsPanel, turnsPanel } from './panels.ts';
import { createJourney, eventOf, turnAt } from './journey.ts';
import type { Journey, JourneyStore } from './journey.ts';
import { timeSlider } from './slider.ts';

export type ActorView = {
  chart: HTMLElement;
  details: HTMLElement;
  journey: JourneyStore;
  keys: Keys;
  /** Draws the panel of these tabs anew where one of them is open. */
  refresh(...tabs: string[]): void;
};
export type Remembered = { seq: number; context: unknown };

const REFRESH_MS = 500;

/** `actor` is the id as the API names it; `more` are tabs of the page's own, and come first. */
export function actorView(office: Office, actor: string, machine: string, more: Tab[], signal: AbortSignal): ActorView {
  const { api, live, complain } = office;
  const journey = createJourney();
  const path = `/api/actors/${encodeURIComponent(actor)}`;
  let detail: ActorDetail | null = null;
  let remembered: Remembered | null = null;
  const isGone = (error: unknown) => void (isAbort(error) || signal.aborted || complain(error));
  const picture = element('div', { class: 'chart-place' });
  const standing = element('p', { class: 'standing', role: 'status' });
  const readEarlier = () => readEarlierTurns(office, actor, journey, signal).catch(isGone);
  const slider = timeSlider(journey, readEarlier, signal);
  const details = tabs(
    words.actor.tabs,
    [
      ...more,
      { id: 'context', label: words.actor.context, open: () => contextPanel(remembered) },
      { id: 'remains', label: words.actor.remains, open: () => remainsPanel(detail, signal) },
      { id: 'commands', label: words.actor.commands, open: () => commandsPanel(office, actor, journey, signal) },
      { id: 'turns', label: words.actor.turns, open: () => turnsPanel(journey, signal) },
    ],
    more[0]?.id ?? 'context',
  );
  const remember = createMemory(async (seq, stop) => {
    const snapshot = await api.get(`${path}/snapshots/${seq}`, ActorSnapshot, { signal: stop });
    return { seq, context: snapshot.context };
  }, signal);
  const showContext = (now: Journey) => {
    if (now.at === null) {
      remembered = detail ? { seq: detail.seq, context: detail.context } : null;
      return details.refresh('context');
    }
    remember(now.at).then(
      (found) => {
        if (found.seq !== journey.getSnapshot().context.at) return;
        remembered = found;
        details.open(details.current());
      },
      (error: unknown) => void (isAbort(error) || complain(error)),
    );
  };
  const read = async () => {
    detail = await api.get(path, ActorDetail, { signal });
    await readTurns(office, actor, journey, signal, detail.seq);
    showContext(journey.getSnapshot().context);
    details.refresh('remains', 'commands');
  };
  const refresh = throttled(REFRESH_MS, () => void read().catch(isGone), signal);
  live.hear((news) => (news.kind === 'gap' || news.turn.id === actor) && refresh(), signal);
  load(
    picture,
    async (stop) => {
      const [{ version, definition }] = await Promise.all([
        api.get(`/api/machines/${machine}`, MachineDetail, { signal: stop }),
        read(),
      ]);
      return drawChart(machine, version, definition);
    },
    (drawn) => show(drawn),
    signal,
  );
  const show = (drawn: DrawnChart) => {
    const view = chartView(drawn, words.chart.label(machine), null);
    picture.replaceChildren(view.root);
    const light = (now: Journey) => lightUp(view, drawn, now);
    const subscription = journey.subscribe(({ context }) => light(context));
    signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
    light(journey.getSnapshot().context);
  };
  let at: number | null = null;
  const subscription = journey.subscribe(({ context }) => {
    setText(standing, words.standing(activeLeaves(turnAt(context)?.to)));
    if (context.at === at) return;
    at = context.at;
    showContext(context);
  });
  signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  const chart = element(
    'section',
    { class: 'chart-pane', 'aria-label': words.chart.title },
    standing,
    picture,
    slider.root,
  );
  return { chart, details: details.root, journey, keys: slider.keys, refresh: details.refresh };
}

function lightUp(view: ChartView, { chart }: DrawnChart, journey: Journey): void {
  const turn = turnAt(journey);
  const value = turn?.to ?? null;
  const before = turn ? journey.turns.filter(({ seq }) => seq < turn.seq) : [];
  const walked = new Set(before.flatMap((one) => [...arrowsTaken(chart, { ...one, event: eventOf(one) })]));
  const taken = turn ? arrowsTaken(chart, { ...turn, event: eventOf(turn) }) : new Set<string>();
  const leaves = activeLeaves(value);
  view.mark({ active: new Set(activePaths(value)), taken, walked });
  view.follow(leaves);
}

/** Answers by turn; asks a moment after the last wish, so that a slider that is dragged asks once. */
function createMemory(ask: (seq: number, stop: AbortSignal) => Promise<Remembered>, signal: AbortSignal) {
  const known = new Map<number, Remembered>();
  let running = new AbortController();
  return async (seq: number): Promise<Remembered> => {
    running.abort();
    running = new AbortController();
    const stop = AbortSignal.any([signal, running.signal]);
    const found = known.get(seq);
    if (found) return found;
    await pause(120, stop);
    const answer = await ask(seq, stop);
    known.set(seq, answer);
    return answer;
  };
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(new DOMException('left', 'AbortError'));
      },
      { once: true },
    );
  });
}
