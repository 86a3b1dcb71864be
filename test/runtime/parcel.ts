// A small machine that uses each durable thing once: invokes with refusal and failure, timers, a command, a kept row, a send, a birth.
import { assertEvent, assign, emit, sendTo, setup } from 'xstate';
import { z } from 'zod';
import { actor, command, durable, refusalOf, turn } from '../../src/runtime/authoring.ts';
import type { StartParams } from '../../src/runtime/authoring.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';

export const ParcelContext = z.object({
  weighed: z.array(z.number()),
  notes: z.number(),
  heard: z.array(z.string()),
  twin: z.string().nullable(),
  refused: z.string().nullable(),
});
type Weighed = { output: { grams: number } };
type ParcelEvent =
  | { type: 'parcel.weigh'; grams: number }
  | { type: 'parcel.sort'; grams: number }
  | { type: 'parcel.note'; text?: string }
  | { type: 'parcel.misnote' }
  | { type: 'parcel.left' }
  | { type: 'parcel.wait' }
  | { type: 'parcel.waitLong' }
  | { type: 'parcel.twinned'; id: string }
  | { type: 'parcel.greet'; id: string; text?: string }
  | { type: 'parcel.poison' }
  | { type: 'parcel.close' };

const grams = ({ event }: { event: ParcelEvent }) => ({ grams: 'grams' in event ? event.grams : 0 });

export const parcelMachine = setup({
  types: { context: {} as z.infer<typeof ParcelContext>, events: {} as ParcelEvent },
  actors: { weigh: durable<{ grams: number }, { grams: number }>('weigh') },
  actions: {
    print: command<{ label: string }>('print'),
    keepNote: command<{ text: unknown }>('keepNote'),
    start: command<StartParams>('start'),
    countNote: assign({ notes: ({ context }) => context.notes + 1 }),
    hear: assign({
      heard: ({ context, event }) => [...context.heard, 'text' in event ? String(event.text) : event.type],
    }),
    rememberWeight: assign({
      weighed: ({ context, event }) => {
        assertEvent(event as { type: string }, ['xstate.done.actor.scale', 'xstate.done.actor.sorter']);
        return [...context.weighed, (event as unknown as Weighed).output.grams];
      },
    }),
    rememberRefusal: assign({ refused: ({ event }) => refusalOf(event) ?? 'broken' }),
    rememberTwin: assign({ twin: () => turn.id(0) }),
    tell: emit({ type: 'parcel.told' }),
    explode: assign(() => {
      throw new Error('poison');
    }),
  },
  delays: { patience: 300, longPatience: 60_000 },
}).createMachine({
  id: 'parcel',
  context: { weighed: [], notes: 0, heard: [], twin: null, refused: null },
  initial: 'idle',
  on: {
    'parcel.note': {
      actions: [
        'countNote',
        'hear',
        'tell',
        { type: 'keepNote', params: ({ event }) => ({ text: event.text ?? 'noted' }) },
      ],
    },
    'parcel.misnote': { actions: { type: 'keepNote', params: { text: 7 } } },
    'parcel.poison': { actions: 'explode' },
    'parcel.close': '.closed',
    'parcel.twinned': {
      actions: [
        'rememberTwin',
        { type: 'start', params: ({ event }) => ({ machine: 'parcel', id: event.id, input: {} }) },
      ],
    },
    'parcel.greet': {
      actions: sendTo(
        ({ event }) => actor('parcel', event.id),
        ({ event }) => ({ type: 'parcel.note', text: event.text ?? 'greeted' }),
      ),
    },
  },
  states: {
    idle: {
      on: {
        'parcel.weigh': 'weighing',
        'parcel.sort': 'sorting',
        'parcel.wait': 'waiting',
        'parcel.waitLong': 'patient',
      },
    },
    weighing: {
      invoke: {
        id: 'scale',
        src: 'weigh',
        input: grams,
        onDone: { target: 'idle', actions: ['rememberWeight', { type: 'print', params: { label: 'weighed' } }] },
        onError: { target: 'idle', actions: 'rememberRefusal' },
      },
      on: { 'parcel.left': 'idle' },
    },
    sorting: {
      description: 'Stays where it is when the weight is known.',
      invoke: {
        id: 'sorter',
        src: 'weigh',
        input: grams,
        onDone: { actions: 'rememberWeight' },
        onError: { actions: 'rememberRefusal' },
      },
      on: { 'parcel.left': 'idle' },
    },
    waiting: { after: { patience: { target: 'idle', actions: 'hear' } }, on: { 'parcel.left': 'idle' } },
    patient: { after: { longPatience: 'closed' }, on: { 'parcel.left': 'idle' } },
    closed: { type: 'final' },
  },
});

export const parcel: DurableMachine = { machine: parcelMachine, version: 1, context: ParcelContext, bornBy: 'event' };
/** A parcel as it is born. */
export const NEW_PARCEL: z.infer<typeof ParcelContext> = {
  weighed: [],
  notes: 0,
  heard: [],
  twin: null,
  refused: null,
};
