// The columns of the table: what goes wrong between the shop and Square while a scenario is played. A fault meets each request
// that changes something the first time that it is made.
import type { Weather } from './stage.ts';

export const FAIR: Weather = { fault: null, webhooks: 'in order' };

export const WEATHERS: ReadonlyArray<[name: string, weather: Weather]> = [
  ['nothing', FAIR],
  ['done, and no answer in time', { fault: 'hang', webhooks: 'in order' }],
  ['done, and the connection cut', { fault: 'lost_answer', webhooks: 'in order' }],
  ['the connection cut', { fault: 'cut', webhooks: 'in order' }],
  ['too many requests (429)', { fault: 429, webhooks: 'in order' }],
  ['an error of its own (500)', { fault: 500, webhooks: 'in order' }],
  ['webhooks twice and backwards', { fault: null, webhooks: 'twice and backwards' }],
];
