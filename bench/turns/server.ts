// The process that is measured, for Marty and the ordinary way; those of other engines are in bench/peers.
import { startOrdinary } from '../ordinary.ts';
import { startOurs } from './ours.ts';
import { serve } from './serve.ts';

await serve((name, options) => {
  if (name === 'ordinary' || name === 'ordinary-lean') return startOrdinary(name === 'ordinary', options);
  return startOurs(name === 'ours-redis' ? 'redis' : 'postgres', options);
});
