// Words of an actor seen from inside: its chart, its turns, its commands, time.
import { spelled, stateWords } from './names.ts';

export const actorWords = {
  state: stateWords,
  /** Where an actor stands, in one line; what is as always goes without saying. */
  standing: (leaves: string[]) =>
    leaves
      .filter((path) => !['ear.quiet', 'consent.subscribed', 'notices.none'].includes(path))
      .map(stateWords)
      .join(' · '),
  event: (type: string) =>
    type
      .replace(/^xstate\.init$/, 'begins')
      .replace(/^xstate\.after\.(\w+)\..*$/, 'after $1')
      .replace(/^xstate\.done\.actor\.(.+)$/, '$1 done')
      .replace(/^xstate\.error\.actor\.(.+)$/, '$1 failed'),
  timer: (id: string) => {
    const [, delay, state] = /^xstate\.after\.(\w+)\.\w+\.?(.*)$/.exec(id) ?? [];
    return delay === undefined ? id : `${spelled(delay)} (${state})`;
  },
  actor: {
    tabs: 'About this conversation',
    context: 'Context',
    remains: 'Timers',
    commands: 'Commands',
    turns: 'Turns',
    after: (seq: number) => `As it stood after turn ${seq}. Marked: what differs from what was shown before.`,
    timers: 'Timers',
    children: 'Work under way',
    nothingRuns: 'Nothing runs',
    nothingRunsText: 'No timer is set and no work is under way.',
  },
  commands: {
    none: 'No commands',
    noneText: 'Up to this turn nothing was asked of the outside.',
    more: (shown: number) => `The newest ${shown} are shown.`,
    status: (status: string) => status,
    attempt: (attempt: number) => `attempt ${attempt}`,
    kind: (kind: string) => kind,
    turn: 'Asked for in turn',
    attempts: 'Attempts',
    due: 'Next look in',
    input: 'Input',
    result: 'Result',
    can: { retry: 'Try again', cancel: 'Cancel' },
    did: (verb: 'retry' | 'cancel', name: string) =>
      verb === 'retry' ? `${name} is tried again.` : `${name} is cancelled.`,
    cancelQuestion: (name: string) => ({
      title: `Cancel ${name}?`,
      text: 'What it has already done is undone where that is possible.',
      yes: 'Cancel it',
    }),
  },
  chart: {
    title: 'Statechart',
    label: (machine: string) => `The statechart of the ${machine}; the states that it is in are listed above it`,
    heatLabel: (machine: string) =>
      `The statechart of the ${machine} with how many stand in each state; the table has the same figures`,
    keys: 'Statechart: arrows move it, plus and minus zoom, 0 shows all, dot goes to the current state',
    zoomIn: 'Closer',
    zoomOut: 'Further away',
    fit: 'Show all',
    centre: 'Go to the current state',
  },
  time: {
    earlier: 'Earlier turns',
    travel: 'Time travel',
    slider: 'Turn',
    before: 'Turn before',
    after: 'Turn after',
    backToNow: 'Back to now',
    noTurns: 'no turns yet',
    turn: (seq: number, last: number) => `turn ${seq} of ${last}`,
    unhandled: 'nothing changed',
    past: (at: string) => `This is how it stood at ${at}.`,
    justNow: 'just now',
    due: 'now',
    seconds: (value: number) => `${value} s`,
    minutes: (value: number) => `${value} min`,
    hours: (value: number) => `${value} h`,
    days: (value: number) => `${value} d`,
  },
};
