import { setup } from 'xstate';
import { command, durable } from '../../src/runtime/authoring.ts';

export const kettle = setup({
  actors: { heat: durable<object, { celsius: number }>('heat') },
  actions: { whistle: command('whistle') },
  delays: { cooling: 20 * 60_000 }, // ms
}).createMachine({
  id: 'kettle',
  initial: 'cold',
  states: {
    cold: { on: { 'kettle.switchedOn': 'heating' } },
    heating: {
      invoke: { id: 'heat', src: 'heat', input: {}, onDone: 'hot', onError: 'cold' },
      on: { 'kettle.switchedOff': 'cold' },
    },
    hot: { entry: 'whistle', after: { cooling: 'cold' } },
  },
});
