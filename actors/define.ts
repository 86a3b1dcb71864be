// `defineActor`, typed for the services of this shop.
import { actorFor } from '../src/runtime/define-actor.ts';
import type { Services } from './services.ts';

/** Declares one piece of outside work: schemas, retry, undo and run. */
export const defineActor = actorFor<Services>();
