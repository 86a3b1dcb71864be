// A small machine that uses each durable thing once: an invoke with refusal and failure, a timer, a command, a send, a birth.
import { assertEvent, assign, sendTo, setup } from 'xstate';
import { z } from 'zod';
import { actor, command, durable, refusalOf, turn } from '../../src/runtime/authoring.ts';
import type { StartParams } from '../../src/runtime/authoring.ts';
import type { DurableMachine } from '../../src/runtime/machine.ts';

export const ParcelContext = z.object({ weighed: z.array(z.number()), notes: z.number(), twin: z.string().nullable(), refused: z.string().nullable() });
type ParcelEvent =
  | { type: 'parcel.weigh'; grams: number }
  | { type: 'parcel.note' }
  | { type: 'parcel.left' }
  | { type: 'parcel.wait' }
  | { type: 'parcel.twinned' }
  | { type: 'parcel.greet'; id: string }
  | { type: 'parcel.poison' }
  | { type: 'parcel.close' };

export const parcelMachine = setup({
  types: { context: {} as z.infer<typeof ParcelContext>, events: {} as ParcelEvent },
  actors: { weigh: durable<{ grams: number }, { grams: number }>('weigh') },
  actions: {
    print: command<{ label: string }>('print'),
    keepNote: command<{ text: string }>('keepNote'),
    start: command<StartParams>('start'),
    countNote: assign({ notes: ({ context }) => context.notes + 1 }),
    rememberWeight: assign({
      weighed: ({ context, event }) => {
        assertEvent(event as { type: string }, 'xstate.done.actor.scale');
        const { output } = event as unknown as { output: { grams: number } };
        return [...context.weighed, output.grams];
      },
    }),
    rememberRefusal: assign({ refused: ({ event }) => refusalOf(event) }),
    rememberTwin: assign({ twin: () => turn.id(0) }),
    explode: assign(() => {
      throw new Error('poison');
    }),
  },
  delays: { patience: 50, longPatience: 60_000 },
}).createMachine({
  id: 'parcel',
  context: { weighed: [], notes: 0, twin: null, refused: null },
  initial: 'idle',
  on: {
    'parcel.note': { actions: ['countNote', { type: 'keepNote', params: { text: 'noted' } }] },
    'parcel.poison': { actions: 'explode' },
    'parcel.close': '.closed',
    'parcel.twinned': {
      actions: ['rememberTwin', { type: 'start', params: { machine: 'parcel', id: '0190aaaa-0000-7000-8000-000000000001', input: {} } }],
    },
    'parcel.greet': { actions: sendTo(({ event }) => actor('parcel', event.id), { type: 'parcel.note' }) },
  },
  states: {
    idle: { on: { 'parcel.weigh': 'weighing', 'parcel.wait': 'waiting' } },
    weighing: {
      invoke: {
        id: 'scale',
        src: 'weigh',
        input: ({ event }) => ({ grams: event.type === 'parcel.weigh' ? event.grams : 0 }),
        onDone: { target: 'idle', actions: ['rememberWeight', { type: 'print', params: { label: 'weighed' } }] },
        onError: { target: 'idle', actions: 'rememberRefusal' },
      },
      on: { 'parcel.left': 'idle' },
    },
    waiting: { after: { patience: 'idle', longPatience: 'closed' }, on: { 'parcel.left': 'idle' } },
    closed: { type: 'final' },
  },
});

export const parcel: DurableMachine = { machine: parcelMachine, version: 1, context: ParcelContext, bornBy: 'event' };
