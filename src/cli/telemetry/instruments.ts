// What a process counts of itself for Prometheus and OTLP. Labels are names that the code knows: machines, commands,
// providers, codes; never an id, a phone or a word of anybody. docs/operations.md says what each is for.
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

const TURN_BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const WORK_BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40];

export type Instruments = ReturnType<typeof createInstruments>;

/** Registers every series of the runtime, the services and the shop; once a registry. */
export function createInstruments(registry: Registry) {
  return { ...runtimeInstruments(registry), ...serviceInstruments(registry), ...shopInstruments(registry) };
}

function runtimeInstruments(registry: Registry) {
  const registers = [registry];
  return {
    turns: new Counter({
      name: 'marty_turns_total',
      help: 'Turns that this process committed, by machine and event.',
      labelNames: ['machine', 'event'],
      registers,
    }),
    turnSeconds: new Histogram({
      name: 'marty_turn_seconds',
      help: 'From the moment an event came in to its commit, the wait in its lane included.',
      buckets: TURN_BUCKETS,
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'marty_batch_seconds',
      help: 'One transaction of turns that arrived together: lock, read, step, write, commit.',
      buckets: TURN_BUCKETS,
      registers,
    }),
    batchTurns: new Histogram({
      name: 'marty_batch_events',
      help: 'Events that one transaction took in.',
      buckets: [1, 2, 4, 8, 16, 32, 64],
      registers,
    }),
    timerLateSeconds: new Histogram({
      name: 'marty_timer_late_seconds',
      help: 'How long after its time a timer fired.',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300],
      registers,
    }),
    commands: new Counter({
      name: 'marty_commands_total',
      help: 'Attempts at commands by name and outcome (done, refused, failed, again); code says why, where there is a reason.',
      labelNames: ['name', 'outcome', 'code'],
      registers,
    }),
    commandSeconds: new Histogram({
      name: 'marty_command_seconds',
      help: 'How long one attempt at a command took.',
      labelNames: ['name'],
      buckets: WORK_BUCKETS,
      registers,
    }),
  };
}

function serviceInstruments(registry: Registry) {
  const registers = [registry];
  return {
    providerCalls: new Counter({
      name: 'marty_provider_calls_total',
      help: 'Calls to outside services by what came of them: ok, refused (they answered no), failed, resting (not asked), aborted.',
      labelNames: ['provider', 'operation', 'outcome'],
      registers,
    }),
    providerSeconds: new Histogram({
      name: 'marty_provider_seconds',
      help: 'How long calls to outside services took, but for those that were not asked.',
      labelNames: ['provider', 'operation'],
      buckets: WORK_BUCKETS,
      registers,
    }),
    breakerOpen: new Gauge({
      name: 'marty_breaker_open',
      help: '1 while this process does not ask an outside service, since it failed too often.',
      labelNames: ['provider'],
      registers,
    }),
    fallbacks: new Counter({
      name: 'marty_fallbacks_total',
      help: 'Replies that the house gave in place of Claude, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    stopped: new Counter({
      name: 'marty_inventions_stopped_total',
      help: 'Answers of Claude that were not said, since they named what is not so, by kind: book, author, price, link, promise, act.',
      labelNames: ['kind'],
      registers,
    }),
    tokens: new Counter({
      name: 'marty_tokens_total',
      help: 'Tokens of Claude; cached ones are read from the prompt cache and not part of input.',
      labelNames: ['kind'],
      registers,
    }),
    cost: new Counter({
      name: 'marty_model_cost_dollars_total',
      help: 'What those tokens cost by list price, where the model has one that this build knows.',
      registers,
    }),
  };
}

function shopInstruments(registry: Registry) {
  const registers = [registry];
  return {
    bubbles: new Counter({
      name: 'marty_bubbles_total',
      help: 'Bubbles by what they became and why; dropped and stale: the talk had moved on.',
      labelNames: ['outcome', 'reason'],
      registers,
    }),
    funnel: new Counter({
      name: 'marty_funnel_total',
      help: 'Steps towards a sale: texted, ordered, linked, held, paid; and lapsed, cancelled, refunded.',
      labelNames: ['step'],
      registers,
    }),
    housekeeping: new Counter({
      name: 'marty_housekeeping_failures_total',
      help: 'Steps of the housekeeping that failed; the round goes on with the next one.',
      labelNames: ['step'],
      registers,
    }),
    probes: new Counter({
      name: 'marty_probes_total',
      help: 'Synthetic customers of `marty probe` by whether they were answered: answered, silent.',
      labelNames: ['outcome'],
      registers,
    }),
    probeSeconds: new Gauge({
      name: 'marty_probe_answer_seconds',
      help: 'How long the last probe that was answered had waited.',
      registers,
    }),
  };
}
