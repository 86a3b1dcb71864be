// The way in for events from outside: an address becomes a key, the event an item in that actor's lane.
import type { AnyEventObject } from 'xstate';
import type { Address, Directory } from './directory.ts';
import { RuntimeError } from './errors.ts';
import type { Settled, Work } from './item.ts';
import type { Lanes } from './lanes.ts';
import { tracedNow } from './tracing.ts';

export type SendOptions = {
  /** The same key for the same actor changes nothing the second time. Without one the event is sent once per call. */
  dedupeKey?: string;
  /** Where it came from, for people: `smobi`, `staff` … */
  source?: string;
  correlationId?: string;
};

/** What became of a sent event, after its commit. `parked` and `aside` are accepted too: they are kept in the inbox. */
export type Sent = { settled: Settled; actorKey: string | null };

/** Takes an event in. Resolves after the commit. @throws RuntimeError `forbidden_event`, `overloaded`, `stopped` */
export type Send = (
  to: Address | { storeId: number; key: string },
  event: AnyEventObject,
  options?: SendOptions,
) => Promise<Sent>;

export function createSend(deps: { directory: Directory; push: Lanes['push']; newId: () => string }): Send {
  const { directory, push, newId } = deps;
  return async (to, event, { dedupeKey, source = 'direct', correlationId = newId() } = {}) => {
    assertOutside(event);
    const actorKey = 'key' in to ? to.key : await directory.keyOf(to);
    if (!actorKey) return { settled: 'missing', actorKey };
    const envelope = { cause: { kind: 'event' as const, event }, source, correlationId, ...tracedNow() };
    const work: Work = { kind: 'event', envelope };
    const key = dedupeKey ?? `once:${newId()}`;
    const sent = { settled: await push(to.storeId, actorKey, work, key), actorKey };
    if (sent.settled !== 'missing' || 'key' in to) return sent;
    directory.forget(to); // somebody had the actor forgotten, maybe in another process
    const heir = await directory.keyOf(to);
    if (heir === null || heir === actorKey) return sent;
    return { settled: await push(to.storeId, heir, work, key), actorKey: heir };
  };
}

/** Events of the runtime's own making cannot be sent. @throws RuntimeError `forbidden_event` */
export function assertOutside({ type }: AnyEventObject): void {
  if (type.startsWith('xstate.')) throw new RuntimeError('forbidden_event', `"${type}" is made by the runtime alone`);
}
