// What the runtime tells of itself while it works, counted.
import type { Logger } from 'pino';
import type { TurnNews } from '../../runtime/batch.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { PROBE_SOURCE } from '../../channels/probe.ts';
import type { Instruments } from './instruments.ts';

/** Counts from now on, for as long as the runtime lives. */
export function countNews({ news, knowledge }: Pick<Runtime, 'news' | 'knowledge'>, instruments: Instruments): void {
  const { turns, turnSeconds, batchSeconds, batchTurns, timerLateSeconds, commands, commandSeconds, funnel } =
    instruments;
  const known = new Map([...knowledge.machines].map(([name, { machine }]) => [name, new Set(machine.events)]));
  news.on('turn', (turn) => {
    const event = known.get(turn.machine)?.has(turn.type) || turn.type === 'xstate.init' ? turn.type : 'other';
    turns.inc({ machine: turn.machine, event });
    const step = stepOf(turn);
    if (step && turn.source !== PROBE_SOURCE) funnel.inc({ step });
  });
  news.on('batch', ({ ms, itemsMs }) => {
    batchSeconds.observe(ms / 1000);
    batchTurns.observe(itemsMs.length);
    for (const itemMs of itemsMs) turnSeconds.observe(itemMs / 1000);
  });
  news.on('performed', ({ name, status, code, ms }) => {
    commands.inc({ name, outcome: status, code: code ?? '' });
    commandSeconds.observe({ name }, ms / 1000);
  });
  news.on('fired', ({ lateMs }) => timerLateSeconds.observe(Math.max(0, lateMs) / 1000));
}

/** Writes a line a turn and a line an attempt where the level is `debug` or finer; ids, names and codes only. */
export function logNews({ news }: Pick<Runtime, 'news'>, log: Logger): void {
  if (!log.isLevelEnabled('debug')) return;
  news.on('turn', ({ storeId, actorKey, machine, seq, type, source, correlationId }) =>
    log.debug({ correlationId, storeId, actor: actorKey, machine, turn: seq, event: type, source }, 'turn'),
  );
  news.on('performed', ({ id, actorKey, name, attempt, correlationId, status, code, ms }) =>
    log.debug({ correlationId, actor: actorKey, command: id, name, attempt, status, code, ms }, 'command'),
  );
}

type Step = 'texted' | 'ordered' | 'linked' | 'held' | 'paid' | 'lapsed' | 'cancelled' | 'refunded';

/** By machine and event; `into` where an event leads to more than one state. */
const STEPS: ReadonlyArray<{ machine: string; event: string; into?: string; step: Step }> = [
  { machine: 'customer', event: 'text.received', step: 'texted' },
  { machine: 'order', event: 'xstate.init', step: 'ordered' },
  { machine: 'order', event: 'xstate.done.actor.link', into: 'awaitingPayment', step: 'linked' },
  { machine: 'order', event: 'xstate.done.actor.reservation', into: 'held', step: 'held' },
  { machine: 'order', event: 'payment.completed', into: 'paid', step: 'paid' },
  { machine: 'order', event: 'xstate.done.actor.release', into: 'lapsed', step: 'lapsed' },
  { machine: 'order', event: 'xstate.done.actor.release', into: 'cancelled', step: 'cancelled' },
  { machine: 'order', event: 'xstate.done.actor.refund', into: 'refunded', step: 'refunded' },
];

function stepOf({ machine, type, value }: TurnNews): Step | null {
  const found = STEPS.find(
    (row) => row.machine === machine && row.event === type && (!row.into || isIn(value, row.into)),
  );
  return found?.step ?? null;
}

/** Whether a state value, as JSON, stands in a state of this name at its top. */
function isIn(value: string, state: string): boolean {
  return value === `"${state}"` || value.startsWith(`{"${state}":`);
}
